import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'

const SIZES = [
  { width: 256, height: 256 },
  { width: 512, height: 256 },
  { width: 256, height: 448 },
]
const IMAGES = 9

let studio: Studio
let browser: Browser
let link: string

/** A user whose history has images of three aspect ratios. */
before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('librarian')
  for (const [index, size] of SIZES.entries()) {
    const prompts = Array.from({ length: IMAGES / SIZES.length }, (_, n) => `apple ${index} ${n}`)
    await studio.generate(link, prompts, { ...size, steps: 1 })
  }
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

const cells = (page: Page) => page.getByRole('link', { name: /^Open apple/ })
const selected = (page: Page) => page.locator('main [data-selected="true"]')

async function openLibrary(options?: Parameters<typeof visit>[2]): Promise<Visit> {
  const visitor = await visit(browser, link, options)
  await visitor.page.getByRole('link', { name: 'Library' }).click()
  await cells(visitor.page)
    .nth(IMAGES - 1)
    .waitFor()
  return visitor
}

test('images of different aspect ratios fill justified rows without holes', async () => {
  const { page, faults, close } = await openLibrary()
  await page.getByRole('radio', { name: 'L', exact: true }).check()
  const boxes = await page.locator('main li').evaluateAll((items) =>
    items.map((item) => {
      const { left, right, top, height } = item.getBoundingClientRect()
      return { left, right, top, height }
    }),
  )
  const tops = [...new Set(boxes.map(({ top }) => Math.round(top)))]
  const rows = tops.map((each) => boxes.filter(({ top }) => Math.round(top) === each))
  const edges = await page.locator('main ul').evaluate((list) => {
    const { left, right } = list.getBoundingClientRect()
    return { left, right }
  })
  assert.ok(rows.length > 1)
  for (const row of rows.slice(0, -1)) {
    const sorted = row.sort((a, b) => a.left - b.left)
    assert.ok(Math.abs((sorted[0]?.left ?? 0) - edges.left) < 1)
    assert.ok(Math.abs((sorted.at(-1)?.right ?? 0) - edges.right) < 1)
    for (const [index, cell] of sorted.entries()) {
      const next = sorted[index + 1]
      if (next) assert.ok(Math.abs(next.left - cell.right - 4) < 1, 'the gap is 4 pixels')
    }
  }
  assert.deepEqual(faults, [])
  await close()
})

test('images are selected by Ctrl+A, shift-click and click, and Escape clears', async () => {
  const { page, faults, close } = await openLibrary()
  await page.locator('main h1').click()
  await page.keyboard.press('Control+a')
  await eventually(() => selected(page).count(), IMAGES)
  await eventually(() => page.evaluate(() => String(getSelection())), '')
  await page.keyboard.press('Escape')
  await eventually(() => selected(page).count(), 0)

  await cells(page)
    .nth(1)
    .click({ modifiers: ['Control'] })
  await cells(page)
    .nth(4)
    .click({ modifiers: ['Shift'] })
  await eventually(() => selected(page).count(), 4)
  // While there is a selection, a click toggles. No window or image was opened.
  await cells(page).nth(2).click()
  await eventually(() => selected(page).count(), 3)
  assert.equal(page.context().pages().length, 1)
  await eventually(() => page.getByRole('dialog').count(), 0)
  await page.keyboard.press('Escape')
  await cells(page).nth(2).click()
  await page.getByRole('dialog').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('toasts appear above the selection bar, and Undo closes its toast', async () => {
  const { page, faults, close } = await openLibrary()
  await cells(page)
    .nth(0)
    .click({ modifiers: ['Control'] })
  await page.keyboard.press('Delete')
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.waitFor()
  await cells(page)
    .nth(0)
    .click({ modifiers: ['Control'] })
  const bar = await settledBox(page.getByRole('region', { name: 'Selection' }))
  const toast = await settledBox(undo)
  assert.ok(toast.y + toast.height < bar.y)
  await undo.click()
  await undo.waitFor({ state: 'detached' })
  await page.waitForFunction((count) => document.querySelectorAll('main li').length === count, 9)
  assert.deepEqual(faults, [])
  await close()
})

test('a scrolled history stays where it is when an image is added', async () => {
  const viewport = { width: 360, height: 420 }
  const { page, faults, close } = await openLibrary({ viewport })
  await page.evaluate(() => window.scrollTo(0, 400))
  await page.waitForFunction(() => window.scrollY > 80)
  const place = () =>
    page.evaluate(() => {
      const visible = [...document.querySelectorAll('main li a')].find(
        (cell) => cell.getBoundingClientRect().top > 0,
      )
      return [visible?.getAttribute('aria-label'), visible?.getBoundingClientRect().top]
    })
  const before = await place()
  await studio.generate(link, ['a newer apple'], { steps: 1 })
  const pill = page.getByRole('button', { name: '1 new' })
  await pill.waitFor()
  await eventually(() => place(), before)
  await pill.click()
  await page.getByRole('link', { name: 'Open a newer apple' }).waitFor()
  await eventually(() => page.evaluate(() => window.scrollY), 0)
  assert.deepEqual(faults, [])
  await close()
})

test('the viewer zooms at the cursor, pans, and Delete shows the next image', async () => {
  const { page, faults, close } = await openLibrary()
  const name = (index: number) => cells(page).nth(index).getAttribute('aria-label')
  const names = [await name(1), await name(2)].map((label) => label?.replace('Open ', '') ?? '')
  await cells(page).nth(1).click()
  const image = page.getByRole('dialog').getByRole('img', { name: names[0] ?? '', exact: true })
  await image.waitFor()
  const box = await settledBox(image)
  const at = { x: box.x + box.width / 4, y: box.y + box.height / 4 }
  await page.mouse.move(at.x, at.y)
  await page.mouse.wheel(0, -600)
  const zoomed = await settledBox(image, ({ width }) => width > 2 * box.width)
  // The point under the cursor is still at a quarter of the image.
  assert.ok(Math.abs((at.x - zoomed.x) / zoomed.width - 0.25) < 0.01)
  assert.ok(Math.abs((at.y - zoomed.y) / zoomed.height - 0.25) < 0.01)
  await page.mouse.down()
  await page.mouse.move(at.x - 50, at.y - 30, { steps: 5 })
  await page.mouse.up()
  await settledBox(
    image,
    ({ x, y }) => Math.abs(x - zoomed.x + 50) < 2 && Math.abs(y - zoomed.y + 30) < 2,
  )
  await page.mouse.dblclick(at.x, at.y)
  await settledBox(image, ({ width }) => width === box.width)

  await page.keyboard.press('Delete')
  await page
    .getByRole('dialog')
    .getByRole('img', { name: names[1] ?? '', exact: true })
    .waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  assert.deepEqual(faults, [])
  await close()
})
