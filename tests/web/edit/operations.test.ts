import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import {
  create,
  type Edited,
  editorIsReady,
  newest,
  nextAfter,
  openEditor,
  paint,
  pixelsAt,
  shownMask,
  stage,
} from '../support/editing.ts'
import { Studio } from '../support/studio.ts'

/** Extending, variations, upscaling, and sources that are not images of the studio. */

let studio: Studio
let browser: Browser
let link: string
let source: Edited
let folder: string
/** A PNG of the studio, as a file. */
let file: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genai-studio-edit-'))
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('editor')
  await studio.generate(link, ['a red apple'])
  source = await newest(studio, link)
  const response = await fetch(source.images[0]?.url ?? '', { headers: { connection: 'close' } })
  file = join(folder, 'apple.png')
  writeFileSync(file, Buffer.from(await response.arrayBuffer()))
})

after(async () => {
  await browser?.close()
  await studio?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function chooseOperation(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name }).check({ force: true })
}

const handle = (page: Page, name: string) => page.getByRole('slider', { name })

test('the handles extend the image in the steps of the model, and keep its pixels', async () => {
  const opened = await visit(browser, link)
  const { page, faults, close } = opened
  await openEditor(opened, studio, source)
  await chooseOperation(page, 'Extend')
  const right = handle(page, 'Extend to the right')
  const box = await right.boundingBox()
  if (!box) throw new Error('The handle is not shown.')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  await page.mouse.move(middle.x + 70, middle.y, { steps: 6 })
  await page.mouse.up()
  const extension = Number(await right.getAttribute('aria-valuenow'))
  assert.ok(extension >= 16 && extension % 8 === 0, `${extension}`)
  const top = handle(page, 'Extend upward')
  await top.focus()
  await page.keyboard.press('Shift+ArrowUp')
  assert.equal(await top.getAttribute('aria-valuenow'), '64')
  await page.keyboard.press('ArrowDown')
  assert.equal(await top.getAttribute('aria-valuenow'), '56')
  // The feather softens the edge of the source, so it must be off to compare all pixels.
  await page.getByRole('slider', { name: /^Feather/ }).fill('0')
  await create(page).click()
  const edited = await nextAfter(studio, link, source.id)
  assert.equal(edited.operation, 'OUTPAINT')
  const result = await pixelsAt(edited.images[0]?.url)
  const original = await pixelsAt(source.images[0]?.url)
  assert.deepEqual(
    [result.width, result.height],
    [original.width + extension, original.height + 56],
  )
  for (let y = 0; y < original.height; y += 1) {
    const from = 3 * (y + 56) * result.width
    const row = original.data.subarray(3 * y * original.width, 3 * (y + 1) * original.width)
    assert.ok(row.equals(result.data.subarray(from, from + row.length)), `row ${y} changed`)
  }
  assert.deepEqual(faults, [])
  await close()
})

test('the actions of an image make a variation and an enlarged copy', async () => {
  const { page, faults, close } = await visit(browser, link)
  let { id } = await newest(studio, link)
  for (const [button, item] of [
    ['Vary', 'Subtle variation'],
    ['Upscale', /×2/],
  ] as const) {
    await page.goto(`${studio.url}/#/history/image/${source.id}/0`)
    await page.getByRole('button', { name: button, exact: true }).click()
    await page.getByRole('menuitem', { name: item }).click()
    await page.waitForURL((url) => !url.hash.includes('history'))
    const edited = await nextAfter(studio, link, id)
    id = edited.id
    assert.equal(edited.sourceImageId, source.images[0]?.id)
    assert.equal(edited.prompt, 'a red apple')
    const [image] = edited.images
    if (button === 'Vary') {
      assert.deepEqual([edited.operation, edited.strength], ['IMAGE_TO_IMAGE', 0.5])
      assert.deepEqual([image?.width, image?.height], [256, 256])
    } else {
      assert.deepEqual([edited.operation, edited.upscaleFactor], ['UPSCALE', 2])
      assert.deepEqual([image?.width, image?.height], [512, 512])
    }
  }
  assert.deepEqual(faults, [])
  await close()
})

/** Drop a file at a position, as the browser does. */
async function drop(page: Page, path: string, x: number, y: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data })
  }
}

test('a dropped file is edited, kept over a reload, and uploaded once', async () => {
  const { page, faults, close } = await visit(browser, link)
  await page.getByLabel('Prompt', { exact: true }).waitFor()
  // The lower part of the window edits. The upper part would import the settings of the PNG.
  await drop(page, file, 640, 700)
  await editorIsReady(page)
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  assert.ok(page.url().endsWith(`#/edit/upload/${sha256}`))
  await paint(page, [0.3, 0.3], [0.7, 0.7])
  await page.getByLabel('Prompt', { exact: true }).fill('a pumpkin')
  await page.waitForTimeout(1_000)
  await page.reload()
  await editorIsReady(page)
  await page.waitForFunction(
    () => document.querySelector('[aria-label="Clear the mask"]')?.ariaDisabled === 'false',
  )
  assert.ok((await shownMask(page)) > 0)
  const uploads: string[] = []
  page.on('request', (request) => request.method() === 'PUT' && uploads.push(request.url()))
  let { id } = await newest(studio, link)
  for (const expected of [2, 2]) {
    await page.goto(`${studio.url}/#/edit/upload/${sha256}`)
    await editorIsReady(page)
    await page.waitForFunction(
      () => document.querySelector('[aria-label="Clear the mask"]')?.ariaDisabled === 'false',
    )
    await create(page).click()
    const edited = await nextAfter(studio, link, id)
    id = edited.id
    assert.equal(edited.operation, 'INPAINT')
    assert.notEqual(edited.sourceUploadId, null)
    assert.equal(uploads.length, expected)
  }
  assert.deepEqual(faults, [])
  await close()
})

test('a pasted image is edited, and a lost connection keeps it', async () => {
  const { page, close } = await visit(browser, link)
  await page.goto(`${studio.url}/#/edit`)
  await page.getByRole('heading', { name: 'Recent images' }).waitFor()
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }))
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
  }, readFileSync(file).toString('base64'))
  await editorIsReady(page)
  await chooseOperation(page, 'Restyle')
  await page.getByLabel('Prompt', { exact: true }).fill('a watercolor apple')
  await page.route('**/uploads/**', (route) => route.abort())
  await create(page).click()
  await page.getByRole('alert').getByText('The upload failed because').waitFor()
  await page.unroute('**/uploads/**')
  const { id } = await newest(studio, link)
  await page.getByRole('button', { name: 'Try again' }).click()
  const edited = await nextAfter(studio, link, id)
  assert.equal(edited.operation, 'IMAGE_TO_IMAGE')
  assert.notEqual(edited.sourceUploadId, null)
  await close()
})

test('an upload that the studio no longer has is sent again', async () => {
  const { page, faults, close } = await visit(browser, link)
  await page.goto(`${studio.url}/#/edit`)
  await page.getByLabel('Choose a file…').setInputFiles(file)
  await editorIsReady(page)
  await chooseOperation(page, 'Restyle')
  await page.getByLabel('Prompt', { exact: true }).fill('a paper apple')
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  await page.evaluate((digest) => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
    const known = { [digest]: { id: '01a00000-0000-7000-8000-000000000000', expiresAt } }
    localStorage.setItem('genai-studio.my.uploads', JSON.stringify(known))
  }, sha256)
  const { id } = await newest(studio, link)
  await create(page).click()
  const edited = await nextAfter(studio, link, id)
  assert.notEqual(edited.sourceUploadId, '01a00000-0000-7000-8000-000000000000')
  assert.deepEqual(faults, [])
  await close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the edit mode has no axe violations, ${colorScheme}`, async () => {
    const opened = await visit(browser, link, { colorScheme, reducedMotion: 'reduce' })
    const { page, close } = opened
    const found: Record<string, string[]> = {}
    const scan = async (name: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      found[name] = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
    }
    await openEditor(opened, studio, source)
    await page.keyboard.press('Delete')
    await create(page).click()
    await page.getByRole('alert').waitFor()
    await scan('inpaint, with an error')
    await chooseOperation(page, 'Extend')
    await handle(page, 'Extend upward').focus()
    await page.keyboard.press('ArrowUp')
    await scan('extend')
    await chooseOperation(page, 'Upscale')
    await page.getByRole('radio', { name: '×4' }).waitFor({ state: 'attached' })
    await scan('upscale')
    await page.goto(`${studio.url}/#/edit`)
    await page.getByRole('heading', { name: 'Recent images' }).waitFor()
    await scan('choose')
    await page.goto(`${studio.url}/#/edit/upload/${'0'.repeat(64)}`)
    await page.getByText('This browser no longer has the file.').waitFor()
    await scan('file missing')
    assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, []])))
    await close()
  })
}

test('the edit mode fits a phone', async () => {
  const viewport = { width: 360, height: 740 }
  const opened = await visit(browser, link, { viewport, hasTouch: true, isMobile: true })
  const { page, close } = opened
  await openEditor(opened, studio, source)
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
  const box = await stage(page).boundingBox()
  assert.ok(box && box.height >= 224 && box.y + box.height <= 740)
  await create(page).scrollIntoViewIfNeeded()
  await close()
})
