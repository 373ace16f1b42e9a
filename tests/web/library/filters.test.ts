import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { choose } from '../support/form.ts'
import { Studio } from '../support/studio.ts'

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  await studio.generate(studio.link, ['a red apple'], { steps: 1 })
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

async function openFilters() {
  const opened = await visit(browser, studio.link)
  const { page } = opened
  await page.goto(`${studio.url}/#/history`)
  await image(page).waitFor()
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  return opened
}

const image = (page: Page) => page.getByRole('link', { name: 'Open a red apple' })
const dates = (page: Page) => page.getByRole('button', { name: /^Created/ })

test('status and period filter the history', async () => {
  const { page, faults, close } = await openFilters()
  await choose(page, 'Status', 'Failed')
  await page.getByText('No results').waitFor()
  await choose(page, 'Status', 'Completed')
  await image(page).waitFor()
  await dates(page).click()
  await page.getByRole('button', { name: 'Last 7 days' }).click()
  await image(page).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('button', { name: 'Created Any date' }).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a list and the calendar work by keyboard', async () => {
  const { page, faults, close } = await openFilters()
  const status = page.getByRole('combobox', { name: 'Status', exact: true })
  await status.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: 'Failed' }).waitFor()
  await page.keyboard.type('Fa')
  await page.keyboard.press('Enter')
  await eventually(() => status.innerText(), 'Failed')
  await eventually(() => status.evaluate((element) => element === document.activeElement), true)
  await page.getByRole('button', { name: 'Clear filters' }).click()

  // The day before today, as start and end.
  await dates(page).focus()
  await page.keyboard.press('Enter')
  const today = page.getByRole('gridcell').getByRole('button', { name: /^Today/ })
  await today.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await eventually(
    () => dates(page).evaluate((element) => element === document.activeElement),
    true,
  )
  await page.getByText('No results').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('an icon button shows its name after a delay', async () => {
  const { page, faults, close } = await openFilters()
  const tooltip = page.locator('[data-tooltip-popup]')
  await page.getByRole('button', { name: 'Account' }).hover()
  await tooltip.waitFor()
  await eventually(() => tooltip.innerText(), 'Account')
  await page.keyboard.press('Escape')
  await tooltip.waitFor({ state: 'detached' })
  assert.deepEqual(faults, [])
  await close()
})
