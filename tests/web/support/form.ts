import type { Locator, Page } from 'playwright-core'
import chinese from '../../../web/src/i18n/catalog.zh-CN.json' with { type: 'json' }

const INPUTS = ['Prompt', 'Negative prompt', 'Width', 'Height', 'Steps', 'Guidance', 'Seed']

/** Choose an option of a list by its label. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

/** Type a number into the input beside a slider, or into a number field. */
export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const input = page.getByRole('textbox', { name: label, exact: true })
  await input.fill(String(value))
  await input.press('Enter')
}

/** Choose the number of images in the controls panel. */
export async function setCount(page: Page, count: number, label = 'Images'): Promise<void> {
  const group = page.getByRole('group', { name: label, exact: true })
  await group.getByRole('radio', { name: String(count), exact: true }).check()
}

/** The button in the prompt bar that shows a setting and opens its picker. */
export function chip(page: Page, label: string): Locator {
  return page.getByRole('button', { name: new RegExp(`^${label}: `) })
}

/** Read the values of the form, in English, with the advanced settings open. */
export async function formValues(page: Page): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const label of INPUTS) {
    values[label] = await page.getByRole('textbox', { name: label, exact: true }).inputValue()
  }
  for (const label of ['Model', 'Style']) {
    values[label] = await page.getByRole('combobox', { name: label, exact: true }).innerText()
  }
  const count = page.getByRole('group', { name: 'Images', exact: true }).locator(':checked + span')
  values.Images = await count.innerText()
  return values
}

/** Translate the name of a model, style or example of the catalog. */
export function catalogName(language: string, name: string): string {
  return language === 'zh-CN' ? ((chinese as Record<string, string>)[name] ?? name) : name
}
