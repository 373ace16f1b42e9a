import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { create, type Edited, newest, nextAfter, openEditor, pixelsAt } from '../support/editing.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'

/** Extending, variations and upscaling. */

let studio: Studio
let browser: Browser
let link: string
let source: Edited

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('editor')
  await studio.generate(link, ['a red apple'])
  source = await newest(studio, link)
})

after(async () => {
  await browser?.close()
  await studio?.stop()
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
  const box = await settledBox(right)
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
  await eventually(() => top.getAttribute('aria-valuenow'), '64')
  await page.keyboard.press('ArrowDown')
  await eventually(() => top.getAttribute('aria-valuenow'), '56')
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
