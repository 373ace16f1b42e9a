import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { choose } from '../support/form.ts'
import { prompt } from '../support/signIn.ts'
import { FAILING_ENDPOINT, Studio } from '../support/studio.ts'
import { canvas, fact, imageOf, inspector, thumbnails } from '../support/studioPage.ts'

const LOCAL = { model: 'builtin-emoji', steps: 1 }
const REMOTE = { model: 'stable-diffusion-2-1-base' }

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start(FAILING_ENDPOINT)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

const seedOf = (page: Page) => fact(inspector(page), 'Seed').innerText()

test('the canvas follows new images until another one is selected', async () => {
  const link = studio.linkFor('follower')
  await studio.generate(link, ['a red apple', 'a cat on the beach'], LOCAL)
  const { page, faults, close } = await visit(browser, link)
  await imageOf(page, 'a cat on the beach').waitFor()
  await studio.generate(link, ['a whale'], LOCAL)
  await imageOf(page, 'a whale').waitFor()

  await thumbnails(page).nth(1).click()
  await imageOf(page, 'a cat on the beach').waitFor()
  await studio.generate(link, ['a castle at sunset'], LOCAL)
  await thumbnails(page).nth(3).waitFor()
  await eventually(() => imageOf(page, 'a cat on the beach').count(), 1)
  await page.reload()
  await imageOf(page, 'a cat on the beach').waitFor()
  await eventually(() => thumbnails(page).nth(2).getAttribute('aria-current'), 'true')

  await page.locator('main').press('Escape')
  await imageOf(page, 'a castle at sunset').waitFor()
  // What the user requests is shown, although another image was selected.
  await thumbnails(page).nth(3).click()
  await imageOf(page, 'a red apple').waitFor()
  await choose(page, 'Model', 'Emoji demonstration')
  await prompt(page).fill('a green tree')
  await page.keyboard.press('Control+Enter')
  await imageOf(page, 'a green tree').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('four images are shown as 2 × 2, and one of them fills the canvas', async () => {
  const link = studio.linkFor('quartet')
  await studio.generate(link, ['a bird in the sky'], { ...LOCAL, count: 4 })
  await studio.generate(link, ['a whale'], LOCAL)
  const { page, faults, close } = await visit(browser, link)
  await imageOf(page, 'a whale').waitFor()
  await page.locator('main').press('ArrowRight')
  await imageOf(page, 'a bird in the sky').nth(3).waitFor()
  // The panels beside the canvas are loaded on demand, so the images move once.
  await eventually(
    async () => {
      const frame = await canvas(page).boundingBox()
      const boxes = await Promise.all(
        [0, 1, 2, 3].map((index) => imageOf(page, 'a bird in the sky').nth(index).boundingBox()),
      )
      const places = (side: 'x' | 'y') => new Set(boxes.map((box) => Math.round(box?.[side] ?? 0)))
      const areInside = boxes.every(
        (box) =>
          box &&
          frame &&
          box.x >= frame.x &&
          box.y >= frame.y &&
          box.x + box.width <= frame.x + frame.width &&
          box.y + box.height <= frame.y + frame.height,
      )
      return { columns: places('x').size, rows: places('y').size, areInside }
    },
    { columns: 2, rows: 2, areInside: true },
  )

  await canvas(page).getByRole('link', { name: 'Image 2 of 4' }).click()
  await page.waitForURL(/#\/image\/[^/]+\/1$/)
  await eventually(() => imageOf(page, 'a bird in the sky').count(), 1)
  const second = await seedOf(page)
  await page.keyboard.press('ArrowRight')
  await page.waitForURL(/#\/image\/[^/]+\/2$/)
  await eventually(async () => (await seedOf(page)) !== second, true)
  await page.keyboard.press('Escape')
  await imageOf(page, 'a bird in the sky').nth(3).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/image\/[^/]+\/0$/)
  assert.deepEqual(faults, [])
  await close()
})

test('the canvas zooms at the cursor, and the hover bar appears for the pointer and the keyboard', async () => {
  const link = studio.linkFor('viewer')
  await studio.generate(link, ['a red apple'], LOCAL)
  const { page, faults, close } = await visit(browser, link)
  const image = imageOf(page, 'a red apple')
  await image.waitFor()
  const bar = page.locator('main').getByRole('toolbar', { name: 'Image actions' }).first()
  const opacity = () =>
    bar.evaluate((element) => getComputedStyle(element.parentElement as HTMLElement).opacity)
  const shown = async (value: string) => {
    await bar.waitFor({ state: 'attached' })
    while ((await opacity()) !== value) await page.waitForTimeout(20)
  }
  await prompt(page).hover()
  await shown('0')
  await image.hover()
  await shown('1')
  await prompt(page).hover()
  await bar.getByRole('button', { name: 'Favorite' }).focus()
  await shown('1')

  const box = await settledBox(image)
  const at = { x: box.x + box.width / 4, y: box.y + box.height / 4 }
  await page.mouse.move(at.x, at.y)
  await page.mouse.wheel(0, -600)
  const zoomed = await settledBox(image, ({ width }) => width > 2 * box.width)
  assert.ok(Math.abs((at.x - zoomed.x) / zoomed.width - 0.25) < 0.01)
  await page.mouse.dblclick(at.x, at.y)
  await settledBox(image, ({ width }) => width === box.width)
  assert.deepEqual(faults, [])
  await close()
})

test('a failed request says why, and Try again shows the new one', async () => {
  const link = studio.linkFor('unlucky')
  await studio.generate(link, ['a lighthouse'], REMOTE)
  const { page, faults, close } = await visit(browser, link)
  await canvas(page).getByRole('heading', { name: 'Failed' }).waitFor()
  await canvas(page)
    .getByText("The studio has no permission to call the model's endpoint.")
    .waitFor()
  await thumbnails(page).first().click()
  await page.waitForURL(/#\/image\//)
  await canvas(page).getByRole('button', { name: 'Try again' }).click()
  await page.waitForURL(/#\/$/)
  await thumbnails(page).nth(1).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('an example fills the prompt and creates its image', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('newcomer'))
  await choose(page, 'Model', 'Emoji demonstration')
  const example = page.locator('main h3 + div').getByRole('button').first()
  const text = await example.innerText()
  await example.click()
  await imageOf(page, text).waitFor()
  await eventually(() => prompt(page).inputValue(), text)
  assert.deepEqual(faults, [])
  await close()
})
