import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page, Request } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { setNumber } from '../support/form.ts'
import { Studio } from '../support/studio.ts'
import { fact, imageOf, thumbnails } from '../support/studioPage.ts'

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
const draftOf = (page: Page, promptText: string) =>
  page.getByRole('img', { name: `Draft of ${promptText}`, exact: true })
const isMutation = (operation: string) => (request: Request) =>
  request.postData()?.includes(`mutation ${operation}`) ?? false
const isDraft = isMutation('DraftImage')

/** Select the largest size, so that a draft is still in progress at the next key press. */
async function selectLargestSize(page: Page): Promise<void> {
  await page.getByText('Advanced').click()
  await setNumber(page, 'Width', 512)
  await setNumber(page, 'Height', 512)
  await prompt(page).focus()
}

test('a pause in typing shows a draft that is not stored, and Create uses its seed', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('sketcher'))
  const draftResponse = page.waitForResponse((response) => isDraft(response.request()))
  await prompt(page).fill('a red apple')
  await draftOf(page, 'a red apple').waitFor()
  const { data } = await (await draftResponse).json()
  await eventually(() => page.getByRole('article').count(), 0)

  await page.keyboard.press('Control+Enter')
  await imageOf(page, 'a red apple').waitFor()
  await eventually(() => fact(page, 'Seed').innerText(), String(data.draftImage.draft.seed))

  // Submitting the same prompt again creates a different image.
  const second = page.waitForRequest(isMutation('GenerateImage'))
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  assert.doesNotMatch((await second).postData() ?? '', /"seed"/)
  await thumbnails(page).nth(1).waitFor()
  await imageOf(page, 'a red apple').waitFor()
  await thumbnails(page).nth(1).waitFor()
  await eventually(() => thumbnails(page).count(), 2)
  assert.deepEqual(faults, [])
  await close()
})

test('a key press cancels the draft in progress and requests a new one', async () => {
  const { page, close } = await visit(browser, studio.linkFor('hasty'))
  await selectLargestSize(page)
  const canceled = page.waitForEvent('requestfailed', isDraft)
  const requested = page.waitForRequest(isDraft)
  await prompt(page).pressSequentially('a red')
  await requested
  await prompt(page).press('x')
  assert.equal((await canceled).failure()?.errorText, 'net::ERR_ABORTED')
  await draftOf(page, 'a redx').waitFor()
  await eventually(() => draftOf(page, 'a red').count(), 0)
  await close()
})

test('no drafts are requested when they are disabled', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('decided'))
  await page.getByLabel('Show a draft while typing').uncheck()
  const drafts: Request[] = []
  page.on('request', (request) => isDraft(request) && drafts.push(request))
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await imageOf(page, 'a red apple').waitFor()
  await page.reload()
  await eventually(() => page.getByLabel('Show a draft while typing').isChecked(), false)
  assert.deepEqual(drafts, [])
  assert.deepEqual(faults, [])
  await close()
})

test('no draft is requested while a prompt is longer than the model accepts', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('wordy'))
  const tooLong = `a red apple ${'x'.repeat(10_000)}`
  const drafts: Request[] = []
  page.on('request', (request) => isDraft(request) && drafts.push(request))
  await page.getByText('Advanced').click()
  await prompt(page).fill(tooLong)
  await page.waitForTimeout(1000)
  await page.getByLabel('Negative prompt', { exact: true }).fill(tooLong)
  await prompt(page).fill('a red apple')
  await page.waitForTimeout(1000)
  assert.equal(drafts.length, 0)
  await page.getByLabel('Negative prompt', { exact: true }).fill('')
  await draftOf(page, 'a red apple').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a draft is cleared by Create', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('drafter'))
  await prompt(page).fill('a red apple')
  const draft = page.getByRole('img', { name: /^Draft/ })
  await draft.waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await draft.waitFor({ state: 'detached' })
  await eventually(() => page.getByText('Draft, not saved').count(), 0)
  assert.deepEqual(faults, [])
  await close()
})
