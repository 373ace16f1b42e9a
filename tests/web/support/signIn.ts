import type { Page } from 'playwright-core'
import { CODE, type UserPool } from './userPool.ts'

/** Steps in the sign-in forms of a user pool. */

export const PASSWORD = 'Correct-horse-7'

export const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })
export const submit = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).click()
export const signedOut = (page: Page) =>
  page.getByRole('heading', { name: 'Sign in to the studio' }).waitFor()

export async function signUp(page: Page, pool: UserPool, email: string): Promise<void> {
  await page.getByRole('tab', { name: 'Create Account' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Confirm Password').fill(PASSWORD)
  await submit(page, 'Create Account')
  await page.getByLabel('Confirmation Code').fill(CODE)
  await pool.verify(email)
  await submit(page, 'Confirm')
  await prompt(page).waitFor()
}

export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await submit(page, 'Sign in')
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await signedOut(page)
}

/** Read a token that Amplify stores in the browser. */
export function storedToken(page: Page, kind: string): Promise<string> {
  return page.evaluate((suffix) => {
    const key = Object.keys(localStorage).find((name) => name.endsWith(`.${suffix}`))
    return (key && localStorage.getItem(key)) ?? ''
  }, kind)
}
