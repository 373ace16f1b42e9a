import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Browser, Page, Response } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { setCount, setNumber } from '../support/form.ts'
import { Studio } from '../support/studio.ts'
import { chooseMore, imageOf, thumbnails } from '../support/studioPage.ts'

const PROMPTS = ['a red apple', 'a cat on the beach', 'a castle at sunset']

let studio: Studio
let browser: Browser
let visitors = 0

before(async () => {
  studio = await Studio.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** Create images for a new user and open their history. */
async function openHistory(
  prompts: readonly string[] = PROMPTS,
): Promise<Visit & { link: string }> {
  visitors += 1
  const link = studio.linkFor(`collector-${visitors}`)
  await studio.generate(link, prompts)
  const visitor = await visit(browser, link)
  await visitor.page.getByRole('link', { name: 'Library' }).click()
  await cell(visitor.page, prompts[0] ?? '').waitFor()
  return { ...visitor, link }
}

const cell = (page: Page, prompt: string) =>
  page.getByRole('link', { name: `Open ${prompt}`, exact: true })
const cells = (page: Page) => page.getByRole('link', { name: /^Open / })
const inCell = (page: Page, prompt: string) =>
  page.getByRole('listitem').filter({ has: cell(page, prompt) })

test('the favorites filter shows favorites, also after a reload', async () => {
  const { page, faults, close } = await openHistory()
  await inCell(page, 'a castle at sunset').hover()
  await inCell(page, 'a castle at sunset').getByRole('button', { name: 'Favorite' }).click()
  await page.getByRole('button', { name: 'Favorites' }).click()
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 1)
  await page.reload()
  await cell(page, 'a red apple').waitFor()
  await page.getByRole('button', { name: 'Favorites' }).click()
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 1)
  await cell(page, 'a castle at sunset').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('deleting can be undone, and the trash restores and, after confirmation, deletes permanently', async () => {
  const { page, faults, close } = await openHistory()
  await inCell(page, 'a red apple').hover()
  await inCell(page, 'a red apple').getByRole('button', { name: 'Delete' }).click()
  await cell(page, 'a red apple').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await cell(page, 'a red apple').waitFor()

  await page.getByRole('checkbox', { name: 'Select a red apple' }).check({ force: true })
  await page.getByRole('checkbox', { name: 'Select a cat on the beach' }).check({ force: true })
  await page.getByText('2 selected').waitFor()
  await page
    .getByRole('region', { name: 'Selection' })
    .getByRole('button', { name: 'Delete' })
    .click()
  await cell(page, 'a red apple').waitFor({ state: 'detached' })
  await eventually(() => cells(page).count(), 1)

  await page.getByRole('link', { name: 'Trash' }).click()
  await cell(page, 'a cat on the beach').waitFor()
  await eventually(() => cells(page).count(), 2)
  await inCell(page, 'a cat on the beach').hover()
  await inCell(page, 'a cat on the beach').getByRole('button', { name: 'Restore' }).click()
  await cell(page, 'a cat on the beach').waitFor({ state: 'detached' })

  await page.getByRole('checkbox', { name: 'Select a red apple' }).check({ force: true })
  await page.getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await cell(page, 'a red apple').waitFor()
  await page.getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByText('The trash is empty').waitFor()
  await page.reload()
  await page.getByText('The trash is empty').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('the image viewer navigates by arrow keys and copies the settings to the form', async () => {
  const { page, faults, close } = await openHistory()
  await cell(page, 'a castle at sunset').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('img', { name: 'a castle at sunset' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await dialog.getByRole('img', { name: 'a cat on the beach' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await dialog.getByRole('img', { name: 'a red apple' }).waitFor()
  await eventually(() => dialog.getByRole('button', { name: 'Next image' }).isDisabled(), true)
  await page.keyboard.press('ArrowLeft')
  await dialog.getByRole('img', { name: 'a cat on the beach' }).waitFor()
  const seed = await dialog.locator('dt:text-is("Seed") + dd').innerText()
  await dialog.getByRole('button', { name: 'Use settings' }).click()
  await dialog.waitFor({ state: 'detached' })
  await eventually(
    () => page.getByLabel('Prompt', { exact: true }).inputValue(),
    'a cat on the beach',
  )
  await page.getByText('Advanced').click()
  await eventually(() => page.getByLabel('Seed', { exact: true }).inputValue(), seed)
  await page.getByText('Based on an earlier image').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a missing image, or an image of another user, is reported as not found', async () => {
  const { page, faults, close } = await openHistory(['a red apple'])
  await cell(page, 'a red apple').click()
  const [, id] = /image\/([^/]+)/.exec(page.url()) ?? []
  await page.goto(`${studio.url}/#/history/image/nonsense/0`)
  await page.getByRole('heading', { name: 'Image not found' }).waitFor()
  await page.getByRole('button', { name: 'Back' }).click()
  await cell(page, 'a red apple').waitFor()
  await page.goto(`${studio.url}/#/history/image/${id}/7`)
  await page.getByRole('heading', { name: 'Image not found' }).waitFor()
  assert.deepEqual(faults, [])
  await close()

  const stranger = await visit(browser, studio.linkFor('stranger'))
  await stranger.page.goto(`${studio.url}/#/history/image/${id}/0`)
  await stranger.page.getByRole('heading', { name: 'Image not found' }).waitFor()
  await stranger.close()
})

test('New seed changes the seed, and Retry keeps it', async () => {
  const { page, faults, close } = await openHistory(['a red apple'])
  const dialog = page.getByRole('dialog')
  const seed = () => dialog.locator('dt:text-is("Seed") + dd').innerText()
  // New images move the others, so wait for all before a click.
  const openNewestOf = async (count: number) => {
    await page.getByRole('link', { name: 'Library' }).click()
    await page
      .locator('main li a')
      .nth(count - 1)
      .waitFor()
    await page.locator('main li a').first().click()
  }
  await openNewestOf(1)
  const first = await seed()
  await eventually(() => dialog.getByRole('button', { name: 'Try again' }).count(), 0)
  await chooseMore(page, dialog, 'New seed')
  await thumbnails(page).nth(1).waitFor()
  await imageOf(page, 'a red apple').waitFor()
  await openNewestOf(2)
  assert.notEqual(await seed(), first)
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Create' }).click()
  await page.getByLabel('Prompt', { exact: true }).fill('a cat on the beach')
  await page.getByText('Advanced').click()
  await setCount(page, 4)
  await setNumber(page, 'Steps', 100)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('progressbar').waitFor()
  await openNewestOf(3)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.getByRole('heading', { name: 'Canceled' }).waitFor()
  const canceled = await seed()
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('link', { name: 'Create' }).click()
  await thumbnails(page).nth(3).waitFor()
  await openNewestOf(4)
  await eventually(() => seed(), canceled)
  assert.deepEqual(faults, [])
  await close()
})

test('dropping a downloaded image imports its settings', async () => {
  const { page, faults, close } = await openHistory(['a red apple'])
  await cell(page, 'a red apple').click()
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download PNG' }).click()
  const file = await (await saving).path()
  const seed = await page.locator('dt:text-is("Seed") + dd').innerText()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Create' }).click()
  await page.getByLabel('Prompt', { exact: true }).fill('something else')

  const dropped = await page.evaluateHandle((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([bytes], 'a.png', { type: 'image/png' }))
    return transfer
  }, readFileSync(file).toString('base64'))
  await page.locator('form').dispatchEvent('dragover', { dataTransfer: dropped })
  await page.locator('form').dispatchEvent('drop', { dataTransfer: dropped })
  await page.getByText('Settings imported').waitFor()
  await eventually(() => page.getByLabel('Prompt', { exact: true }).inputValue(), 'a red apple')
  await page.getByText('Advanced').click()
  await eventually(() => page.getByLabel('Seed', { exact: true }).inputValue(), seed)
  assert.deepEqual(faults, [])
  await close()
})

test('downloads several images as one ZIP file', async () => {
  const { page, faults, close } = await openHistory(['a red apple', 'a castle at sunset'])
  await page.getByRole('checkbox', { name: 'Select a red apple' }).check({ force: true })
  await page.getByRole('checkbox', { name: 'Select a castle at sunset' }).check({ force: true })
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download ZIP' }).click()
  const saved = await saving
  assert.match(saved.suggestedFilename(), /^genai-studio \d{4}-\d\d-\d\d\.zip$/)
  const zip = readFileSync(await saved.path())
  assert.equal(zip.subarray(0, 4).toString('latin1'), 'PK\x03\x04')
  assert.equal(zip.toString('latin1').split('PK\x01\x02').length, 1 + 2)
  assert.deepEqual(faults, [])
  await close()
})

test('renders only the visible part of 10,000 images', async () => {
  // A separate studio, because `fill` applies to all users.
  const large = await Studio.start()
  try {
    const link = large.linkFor('archivist')
    await large.generate(link, ['a red apple'])
    large.fill(10_000)
    const { page, faults, close } = await visit(browser, link)
    const pages: Promise<number>[] = []
    const read = async (response: Response) =>
      (await response.json()).data.generations.edges.length as number
    const recordPageSize = (response: Response) => {
      if (response.request().postData()?.includes('query Generations')) pages.push(read(response))
    }
    page.on('response', recordPageSize)
    await page.getByRole('link', { name: 'Library' }).click()
    await cells(page).nth(20).waitFor()
    let most = 0
    let reached = 0
    const deadline = Date.now() + 60_000
    while (reached < 1_500 && Date.now() < deadline) {
      reached = await page.evaluate(async () => {
        window.scrollTo(0, document.body.scrollHeight)
        await new Promise((done) => setTimeout(done, 20))
        const shown = [...document.querySelectorAll('main li')]
        return Math.max(0, ...shown.map((cell) => Number(cell.getAttribute('data-index'))))
      })
      most = Math.max(most, await cells(page).count())
    }
    assert.ok(reached >= 1_500, `scrolling reached only image ${reached}`)
    assert.ok(most < 300, `${most} cells were rendered at once`)
    // The page size does not depend on the number of images.
    page.off('response', recordPageSize)
    assert.equal(Math.max(...(await Promise.all(pages))), 48)
    assert.deepEqual(faults, [])
    await close()
  } finally {
    await large.stop()
  }
})
