// Measure the frames per second while a mask of 2048 × 2048 pixels is painted, in Chromium:
//   node --import tsx tools/paintStrokes.ts
// Prints the rates with and without strokes as JSON, for `python -m benchmarks paint_strokes`. The rounds
// alternate, so that a busy machine lowers both.

import type { Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { editorIsReady, onImage, shownMask } from '../support/editing.ts'
import { Studio } from '../support/studio.ts'

const SIDE = 2048
const ROUNDS = 5
const ROUND_MS = 2_000

/** Draw a PNG with a gradient. */
async function drawImage(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async (side) => {
    const canvas = new OffscreenCanvas(side, side)
    const context = canvas.getContext('2d')
    if (context) {
      const gradient = context.createLinearGradient(0, 0, side, side)
      gradient.addColorStop(0, 'teal')
      gradient.addColorStop(1, 'coral')
      context.fillStyle = gradient
      context.fillRect(0, 0, side, side)
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''))
  }, SIDE)
  return Buffer.from(base64, 'base64')
}

/** Count the frames of the page while an action runs. Returns frames per second. */
async function frameRate(page: Page, action: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const counter = { frames: 0, began: performance.now(), running: true }
    Object.assign(window, { frameCounter: counter })
    void (async () => {
      for (; counter.running; counter.frames += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    })()
  })
  await action()
  return page.evaluate(() => {
    const { frameCounter } = window as unknown as {
      frameCounter: { frames: number; began: number; running: boolean }
    }
    frameCounter.running = false
    return frameCounter.frames / ((performance.now() - frameCounter.began) / 1000)
  })
}

/** Move the mouse in circles over the whole image until the time is over, with its button down or up. */
async function moveMouse(page: Page, paints: boolean): Promise<void> {
  const corner = await onImage(page, 0, 0)
  const opposite = await onImage(page, 1, 1)
  const place = (part: number, from: number, to: number) => from + part * (to - from)
  const end = performance.now() + ROUND_MS
  for (let circle = 0; performance.now() < end; circle += 1) {
    const radius = 0.1 + 0.1 * (circle % 4)
    const at = (step: number) => ({
      x: place(0.5 + radius * Math.cos(step / 6), corner.x, opposite.x),
      y: place(0.5 + radius * Math.sin(step / 6), corner.y, opposite.y),
    })
    const start = at(0)
    await page.mouse.move(start.x, start.y)
    if (paints) await page.mouse.down()
    for (let step = 1; step < 38 && performance.now() < end; step += 1) {
      const { x, y } = at(step)
      await page.mouse.move(x, y, { steps: 3 })
    }
    if (paints) await page.mouse.up()
  }
}

const studio = await Studio.start()
const browser = await launch()
try {
  const { page, close } = await visit(browser, studio.linkFor('artist'))
  // A busy machine loads the first page slowly.
  page.setDefaultTimeout(120_000)
  await page.goto(`${studio.url}/#/edit`)
  const buffer = await drawImage(page)
  const file = { name: 'large.png', mimeType: 'image/png', buffer }
  await page.getByLabel('Choose a file…').setInputFiles(file)
  await editorIsReady(page)
  await page.getByRole('slider', { name: 'Brush size' }).fill('128')
  const painting: number[] = []
  const moving: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    moving.push(await frameRate(page, () => moveMouse(page, false)))
    painting.push(await frameRate(page, () => moveMouse(page, true)))
  }
  if ((await shownMask(page)) === 0) throw new Error('Nothing was painted.')
  console.log(JSON.stringify({ painting, moving }))
  await close()
} finally {
  await browser.close()
  await studio.stop()
}
