import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import {
  create,
  type Edited,
  editorIsReady,
  newest,
  nextAfter,
  onImage,
  openEditor,
  paint,
  pixelsAt,
  shownMask,
  stage,
} from '../support/editing.ts'
import { eventually } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'

/** Masks painted by mouse, touch and keys, and what the studio makes of them. */

let studio: Studio
let browser: Browser
let link: string
let source: Edited

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('painter')
  await studio.generate(link, ['a red apple'])
  source = await newest(studio, link)
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** Return whether a white pixel of the mask is within `feather` along rows and columns. */
async function changeableBy(maskUrl: string | null, feather: number) {
  const mask = await pixelsAt(maskUrl)
  return {
    mask,
    isChangeable: (x: number, y: number) => {
      for (let dy = -feather; dy <= feather; dy += 1) {
        for (let dx = -feather; dx <= feather; dx += 1) {
          const inside = x + dx >= 0 && x + dx < mask.width && y + dy >= 0 && y + dy < mask.height
          if (inside && (mask.data[(y + dy) * mask.width + x + dx] ?? 0) >= 128) return true
        }
      }
      return false
    },
  }
}

/** Assert that an edit changed pixels under its mask and no other ones. Returns the white pixels. */
async function assertInpainted(edited: Edited): Promise<number> {
  assert.equal(edited.operation, 'INPAINT')
  assert.equal(edited.parentId, source.id)
  const { mask, isChangeable } = await changeableBy(edited.maskUrl, edited.maskFeather ?? 0)
  const original = await pixelsAt(source.images[0]?.url)
  const result = await pixelsAt(edited.images[0]?.url)
  assert.deepEqual([result.width, result.height], [original.width, original.height])
  assert.deepEqual([mask.width, mask.height], [original.width, original.height])
  let changed = 0
  for (let y = 0; y < original.height; y += 1) {
    for (let x = 0; x < original.width; x += 1) {
      const at = 3 * (y * original.width + x)
      if (original.data.compare(result.data, at, at + 3, at, at + 3) === 0) continue
      changed += 1
      assert.ok(isChangeable(x, y), `${x}, ${y} changed outside the mask`)
    }
  }
  assert.ok(changed > 100, `${changed} pixels changed`)
  return mask.data.filter((value) => value === 255).length
}

async function setPrompt(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Prompt', { exact: true }).fill(prompt)
}

test('a mask painted with the mouse changes what it covers, and nothing else', async () => {
  const opened = await visit(browser, link)
  const { page, faults, close } = opened
  // From the viewer, as users do.
  await page.goto(`${studio.url}/#/history/image/${source.id}/0`)
  await page.getByRole('dialog').getByRole('link', { name: 'Edit', exact: true }).click()
  await editorIsReady(page)
  await eventually(() => page.getByLabel('Prompt', { exact: true }).inputValue(), 'a red apple')

  await paint(page, [0.3, 0.3], [0.6, 0.5])
  const first = await shownMask(page)
  assert.ok(first > 0)
  await page.keyboard.press('l')
  const corners = [
    [0.1, 0.7],
    [0.3, 0.7],
    [0.3, 0.9],
    [0.1, 0.9],
  ] as const
  const places = await Promise.all(corners.map(([x, y]) => onImage(page, x, y)))
  await page.mouse.move(places[0]?.x ?? 0, places[0]?.y ?? 0)
  await page.mouse.down()
  for (const { x, y } of places) await page.mouse.move(x, y, { steps: 4 })
  await page.mouse.up()
  const both = await shownMask(page)
  assert.ok(both > first)
  await page.keyboard.press('Control+z')
  await eventually(() => shownMask(page), first)
  await page.keyboard.press('Control+Shift+z')
  await eventually(() => shownMask(page), both)
  await page.keyboard.press('e')
  await paint(page, [0.2, 0.8], [0.2, 0.8])
  assert.ok((await shownMask(page)) < both)
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually(() => shownMask(page), both)
  await eventually(
    () => page.getByRole('button', { name: 'Redo' }).getAttribute('aria-disabled'),
    'false',
  )

  // The result is shown with its source.
  await setPrompt(page, 'a green pear')
  await create(page).click()
  await page.waitForURL(/#\/image\//)
  const edited = await nextAfter(studio, link, source.id)
  assert.ok(page.url().includes(edited.id))
  assert.equal(edited.prompt, 'a green pear')
  const white = await assertInpainted(edited)
  // The square of the lasso has a twenty-fifth of the image, and the stroke more.
  assert.ok(white > (256 * 256) / 25, `${white} white pixels`)
  assert.deepEqual(faults, [])
  await close()
})

test('the mask survives a reload, and comparing hides it', async () => {
  const opened = await visit(browser, link)
  const { page, faults, close } = opened
  await openEditor(opened, studio, source)
  await page.keyboard.press('Delete')
  await paint(page, [0.4, 0.4], [0.6, 0.6])
  const painted = await shownMask(page)
  await setPrompt(page, 'a blue plum')
  await page.getByRole('slider', { name: /^Strength/ }).fill('0.4')
  // Reloading at once must not lose the mask: the page asks, or has stored it.
  await page.waitForTimeout(1_000)
  await page.reload()
  await editorIsReady(page)
  await page.waitForFunction(
    () => document.querySelector('[aria-label="Clear the mask"]')?.ariaDisabled === 'false',
  )
  await eventually(() => shownMask(page), painted)
  await eventually(() => page.getByLabel('Prompt', { exact: true }).inputValue(), 'a blue plum')
  await eventually(() => page.getByRole('slider', { name: /^Strength/ }).inputValue(), '0.4')
  await stage(page).focus()
  await page.keyboard.down('\\')
  await page.locator('[role=application] canvas').waitFor({ state: 'hidden' })
  await page.keyboard.up('\\')
  await page.locator('[role=application] canvas').waitFor({ state: 'visible' })
  assert.deepEqual(faults, [])
  await close()
})

test('one finger paints, and two fingers zoom and move without painting', async () => {
  const opened = await visit(browser, link, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  const { page, faults, close } = opened
  await openEditor(opened, studio, source)
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [number, number][]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id })),
    })
  const from = await onImage(page, 0.3, 0.5)
  await touch('touchStart', [from.x, from.y])
  for (let step = 1; step <= 8; step += 1) await touch('touchMove', [from.x + 8 * step, from.y])
  await touch('touchEnd')
  const painted = await page.getByRole('button', { name: 'Undo' }).getAttribute('aria-disabled')
  assert.equal(painted, 'false')
  await page.getByRole('button', { name: 'Clear the mask' }).click()
  await eventually(() => shownMask(page), 0)

  const scale = () =>
    stage(page).evaluate((element) => Number(element.style.getPropertyValue('--image-scale')))
  const before = await scale()
  await touch('touchStart', [from.x, from.y])
  await touch('touchStart', [from.x, from.y], [from.x + 60, from.y])
  for (let step = 1; step <= 6; step += 1) {
    await touch('touchMove', [from.x - 5 * step, from.y], [from.x + 60 + 5 * step, from.y])
  }
  await touch('touchEnd')
  await eventually(() => shownMask(page), 0)
  assert.ok((await scale()) > 1.5 * before)
  assert.deepEqual(faults, [])
  await close()
})

test('the keys alone paint, undo, submit and leave', async () => {
  const opened = await visit(browser, link)
  const { page, faults, close } = opened
  await openEditor(opened, studio, source)
  await stage(page).focus()
  await page.keyboard.press('Delete')
  await page.keyboard.press('b')
  const size = () => page.getByRole('slider', { name: 'Brush size' }).inputValue()
  const sizeBefore = Number(await size())
  await page.keyboard.press('[')
  assert.ok(Number(await size()) < sizeBefore)
  await page.keyboard.press(']')
  await page.keyboard.press('Enter')
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Escape')
  // Escape abandoned the stroke.
  await eventually(() => shownMask(page), 0)
  await page.keyboard.press('Enter')
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Enter')
  const painted = await shownMask(page)
  assert.ok(painted > 0)
  await page.keyboard.press('i')
  assert.notEqual(await shownMask(page), painted)
  await page.keyboard.press('Control+z')
  await eventually(() => shownMask(page), painted)
  const { id } = await newest(studio, link)
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(/#\/image\//)
  await assertInpainted(await nextAfter(studio, link, id))
  assert.deepEqual(faults, [])
  await close()
})

test('a refusal is shown in its field, and an empty mask before anything is sent', async () => {
  const opened = await visit(browser, link)
  const { page, close } = opened
  await openEditor(opened, studio, source)
  await page.keyboard.press('Delete')
  const uploads: string[] = []
  page.on('request', (request) => request.method() === 'PUT' && uploads.push(request.url()))
  await create(page).click()
  await page.getByRole('alert').getByText('Paint over what should change.').waitFor()
  assert.deepEqual(uploads, [])
  await paint(page, [0.4, 0.4], [0.6, 0.6])
  await setPrompt(page, 'fog '.repeat(2_501))
  await create(page).click()
  await page.getByRole('alert').filter({ hasText: 'Prompt:' }).waitFor()
  const prompt = page.getByLabel('Prompt', { exact: true })
  await eventually(() => prompt.getAttribute('aria-invalid'), 'true')
  await eventually(() => prompt.evaluate((element) => element === document.activeElement), true)
  await prompt.fill('a fig')
  await eventually(() => prompt.getAttribute('aria-invalid'), null)
  // The mask is uploaded once, although it is used twice.
  const { id } = await newest(studio, link)
  await create(page).click()
  await page.waitForURL(/#\/image\//)
  assert.equal(uploads.length, 1)
  await nextAfter(studio, link, id)
  await close()
})
