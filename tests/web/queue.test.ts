import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from './support/browser.ts'
import { Studio } from './support/studio.ts'

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })
const create = (page: Page) => page.getByRole('button', { name: 'Create', exact: true })

test('the queue shows the running request first, and cancels all', async () => {
  const link = studio.linkFor('busy')
  const { page, faults, close } = await visit(browser, link)
  const slow = { steps: 100, count: 4, width: 512, height: 512 }
  await prompt(page).waitFor()
  for (const name of ['first', 'second', 'third']) {
    await studio.submit(link, { prompt: `a ${name} apple`, ...slow })
  }
  await page.waitForFunction(() => document.title === '(3) genai-studio')
  await page.getByRole('button', { name: 'Queue: 3 unfinished image requests' }).click()
  const panel = page.getByRole('dialog', { name: 'Queue' })
  const items = panel.getByRole('listitem')
  await items.nth(2).waitFor()
  await items.nth(0).getByText('a first apple').waitFor()
  await items
    .nth(0)
    .getByText(/Generating|Step/)
    .waitFor()
  await items.nth(1).getByText('a second apple').waitFor()
  await panel.getByRole('button', { name: 'Cancel all 3' }).click()
  await panel.getByText('Nothing is waiting or running.').waitFor()
  assert.equal(await page.title(), 'genai-studio')
  assert.deepEqual(faults, [])
  await close()
})

test('“Keep this seed” keeps the seed of the latest image', async () => {
  const link = studio.linkFor('keeper')
  await studio.generate(link, ['a red apple'], { seed: 4711, steps: 1 })
  const { page, faults, close } = await visit(browser, link)
  await page.getByRole('article').getByRole('img').waitFor()
  await page.getByText('Advanced').click()
  await page.getByRole('button', { name: 'Keep this seed' }).click()
  assert.equal(await page.getByLabel('Seed', { exact: true }).inputValue(), '4711')
  assert.deepEqual(faults, [])
  await close()
})

test('a draft is cleared by Create', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('drafter'))
  await prompt(page).fill('a red apple')
  const draft = page.getByRole('img', { name: /^Draft/ })
  await draft.waitFor()
  await create(page).click()
  await draft.waitFor({ state: 'detached' })
  assert.equal(await page.getByText('Draft, not saved').count(), 0)
  assert.deepEqual(faults, [])
  await close()
})
