import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'

const IMAGES = 8
/** Pixels. */
const RAIL_WIDTH = 56
const DAY_MS = 86_400_000

let studio: Studio
let browser: Browser
let link: string

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('curator')
  const prompts = Array.from({ length: IMAGES }, (_, index) => `apple ${index}`)
  await studio.generate(link, prompts, { steps: 1 })
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

const cells = (page: Page) => page.getByRole('link', { name: /^Open apple/ })
const cell = (page: Page, index: number) =>
  page.getByRole('link', { name: `Open apple ${index}`, exact: true })
const selected = (page: Page) => page.locator('main [data-selected="true"]')
const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true })

/** Open the library. The first three images are of yesterday, the next three of an earlier year. */
async function openLibrary(options?: Parameters<typeof visit>[2]): Promise<Visit> {
  const visitor = await visit(browser, link, options)
  const { page } = visitor
  const yesterday = new Date(Date.now() - DAY_MS).toISOString()
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('query Generations')) return route.continue()
    const response = await route.fetch()
    const body = await response.json()
    for (const { node } of body.data.generations.edges) {
      const index = Number(node.prompt.split(' ')[1])
      if (index < 3) node.createdAt = '2020-02-03T12:00:00.000Z'
      else if (index < 6) node.createdAt = yesterday
    }
    await route.fulfill({ response, json: body })
  })
  await page.reload()
  await page.goto(`${studio.url}/#/history`)
  await cells(page)
    .nth(IMAGES - 1)
    .waitFor()
  const close = async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await visitor.close()
  }
  return { ...visitor, close }
}

test('images are grouped below headings of their days, which stay in view', async () => {
  const { page, faults, close } = await openLibrary({ viewport: { width: 640, height: 320 } })
  await page.getByText(`${IMAGES} results`).waitFor()
  await page.getByRole('radio', { name: 'L', exact: true }).check({ force: true })
  const headings = page.getByRole('heading', { level: 2 })
  await eventually(
    () => headings.allInnerTexts(),
    ['Today', 'Yesterday', 'Monday, 3 February 2020'],
  )
  const top = async (name: string) => (await settledBox(headings.filter({ hasText: name }))).y
  const cellTop = async (index: number) => (await settledBox(cell(page, index))).y
  // Each day's images are below its heading.
  assert.ok((await top('Yesterday')) < (await cellTop(5)))
  assert.ok((await top('Yesterday')) > (await cellTop(6)))
  const natural = await top('Yesterday')
  await page.evaluate((place) => window.scrollTo(0, place + 40), natural)
  await page.waitForFunction((place) => window.scrollY >= place + 40, natural)
  const held = await top('Yesterday')
  assert.ok(held >= 0 && held < 100, `the heading is at ${held}`)
  assert.deepEqual(faults, [])
  await close()
})

test('a rectangle that is dragged from empty space selects the images it touches', async () => {
  const { page, faults, close } = await openLibrary()
  const drag = async (from: number, to: number, modifier?: 'Control') => {
    const start = await settledBox(cell(page, from))
    const end = await settledBox(cell(page, to))
    if (modifier) await page.keyboard.down(modifier)
    // The first row's cells are on one height; the margin of the page is empty space.
    await page.mouse.move(RAIL_WIDTH + 4, start.y + 10)
    await page.mouse.down()
    await page.mouse.move(end.x + 5, end.y + 20, { steps: 5 })
    await page.mouse.up()
    if (modifier) await page.keyboard.up(modifier)
  }
  await drag(7, 6)
  await eventually(() => selected(page).count(), 2)
  await drag(5, 5, 'Control')
  await eventually(() => selected(page).count(), 3)
  await eventually(() => page.evaluate(() => String(getSelection())), '')
  await page.mouse.click(RAIL_WIDTH + 4, 400)
  await eventually(() => selected(page).count(), 0)
  // A press on an image opens it.
  await cell(page, 7).click()
  await page.getByRole('dialog').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('the context menu acts on the image, or on the selection that contains it', async () => {
  const { page, faults, close } = await openLibrary()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await cell(page, 7).click({ button: 'right' })
  await item(page, 'Copy image').click()
  await page.getByText('Copied').first().waitFor()
  const types = () =>
    page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types))
  await eventually(() => types(), ['image/png'])
  await cell(page, 7).click({ button: 'right' })
  await item(page, 'Copy prompt').click()
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'apple 7')

  await cell(page, 7).click({ button: 'right' })
  const download = page.waitForEvent('download')
  await item(page, 'Download PNG').click()
  assert.match((await download).suggestedFilename(), /\.png$/)

  await cell(page, 7).focus()
  await page.keyboard.press('Shift+F10')
  await item(page, 'Open').waitFor()
  await page.keyboard.press('Escape')
  await item(page, 'Open').waitFor({ state: 'detached' })

  await cell(page, 0).click({ modifiers: ['Control'] })
  await cell(page, 1).click({ modifiers: ['Control'] })
  await cell(page, 1).click({ button: 'right' })
  await item(page, 'Compare').waitFor()
  await eventually(() => item(page, 'Open').count(), 0)
  await item(page, 'Move 2 to trash').click()
  await cell(page, 0).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await cell(page, 0).waitFor()

  await cell(page, 3).click({ button: 'right' })
  await item(page, 'Use settings').click()
  await page.getByLabel('Prompt', { exact: true }).waitFor()
  await eventually(() => page.getByLabel('Prompt', { exact: true }).inputValue(), 'apple 3')
  assert.deepEqual(faults, [])
  await close()
})

test('an image that is dragged out of the window is offered as a PNG file', async () => {
  const { page, faults, close } = await openLibrary()
  const offered = await cell(page, 7).evaluate((element) => {
    const dataTransfer = new DataTransfer()
    element.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer }))
    return dataTransfer.getData('DownloadURL')
  })
  const [, name, url] = /^image\/png:([^:]+):(http.+)$/.exec(offered) ?? []
  assert.match(name ?? '', /^apple 7 .*\.png$/)
  const response = await page.request.get(url ?? '')
  assert.equal(response.headers()['content-type'], 'image/png')
  assert.match(response.headers()['content-disposition'] ?? '', /^attachment/)
  assert.deepEqual(faults, [])
  await close()
})

test('an image is shared as a PNG file where the browser can share files', async () => {
  const { page, faults, close } = await openLibrary()
  const share = page.getByRole('dialog').getByRole('button', { name: 'Share' }).first()
  await cell(page, 7).click()
  await page.getByRole('dialog').getByRole('img', { name: 'apple 7' }).waitFor()
  assert.equal(await share.count(), 0, 'without support, the button is hidden')
  await page.addInitScript(() => {
    const shared: unknown[] = []
    Object.assign(window, { shared })
    navigator.canShare = (data) => data?.files?.every(({ type }) => type === 'image/png') ?? false
    navigator.share = async (data) => {
      for (const file of data?.files ?? []) {
        const head = new Uint8Array(await file.slice(1, 4).arrayBuffer())
        shared.push([file.name, file.type, String.fromCharCode(...head)])
      }
    }
  })
  await page.reload()
  await share.click()
  await page.waitForFunction(() => (window as unknown as { shared: unknown[] }).shared.length > 0)
  const shared = await page.evaluate(() => (window as unknown as { shared: string[][] }).shared)
  assert.match(shared[0]?.[0] ?? '', /^apple 7 .*\.png$/)
  assert.deepEqual(shared[0]?.slice(1), ['image/png', 'PNG'])
  assert.deepEqual(faults, [])
  await close()
})
