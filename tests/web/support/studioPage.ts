import type { Locator, Page } from 'playwright-core'

/** Parts of the Create page, by the names of the English interface. */

/** The generation on the canvas. There is none while a user has no images. */
export const canvas = (page: Page): Locator => page.getByRole('article')

/** The images of `promptText` on the canvas. */
export const imageOf = (page: Page, promptText: string): Locator =>
  canvas(page).getByRole('img', { name: promptText, exact: true })

/** The thumbnails of the filmstrip: the running generations, and then the newest first. */
export const thumbnails = (page: Page): Locator =>
  page.getByRole('list', { name: 'Latest images' }).getByRole('link')

/** The thumbnail of the generation with this prompt. */
export const thumbnail = (page: Page, promptText: string): Locator =>
  thumbnails(page).and(page.getByRole('link', { name: `Open ${promptText}` }))

/** The value of a fact about the shown image, for example of "Seed". */
export const fact = (within: Page | Locator, name: string): Locator =>
  within.locator(`dt:text-is("${name}") + dd`)

/** Open the menu of the less frequent actions on an image, and choose one. */
export async function chooseMore(page: Page, within: Page | Locator, name: string): Promise<void> {
  await within.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name }).click()
}

/** The column with the facts about the shown image. */
export const inspector = (page: Page): Locator => page.getByRole('region', { name: 'Details' })
