import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'
import { violations } from '../support/violations.ts'

const OLDER = 'a red apple on a table'
const NEWER = 'a blue apple in the snow'

let studio: Studio
let browser: Browser
let link: string

/** A user with two images, whose prompts, steps and seeds differ. */
before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('judge')
  await studio.generate(link, [OLDER], { steps: 1, seed: 7 })
  await studio.generate(link, [NEWER], { steps: 2, seed: 8 })
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** Select both images in the library and compare them. */
async function openComparison(options?: Parameters<typeof visit>[2]): Promise<Visit> {
  const visitor = await visit(browser, `${studio.url}/#/history`, {
    ...options,
    storageState: {
      cookies: [],
      origins: [
        {
          origin: studio.url,
          localStorage: [{ name: 'genai-studio.token', value: link.split('token=')[1] ?? '' }],
        },
      ],
    },
  })
  const { page } = visitor
  await page.getByRole('link', { name: `Open ${OLDER}` }).waitFor()
  for (const prompt of [NEWER, OLDER]) {
    await page.getByRole('checkbox', { name: `Select ${prompt}` }).check({ force: true })
  }
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await image(page, OLDER).waitFor()
  await image(page, NEWER).waitFor()
  return visitor
}

const image = (page: Page, prompt: string) => page.getByRole('img', { name: prompt, exact: true })
const handle = (page: Page) => page.getByRole('slider', { name: 'Position of the split' })
const value = async (page: Page) => Number(await handle(page).getAttribute('aria-valuenow'))

/** Report whether the image is what a pointer at this share of the stage's width hits. */
function isAt(page: Page, prompt: string, share: number): Promise<boolean> {
  return page.evaluate(
    ([alt, at]) => {
      const stage = document.querySelector('[role=slider]')?.parentElement?.getBoundingClientRect()
      if (!stage) return false
      const hits = document.elementsFromPoint(
        stage.left + stage.width * at,
        stage.top + stage.height / 2,
      )
      const shown = hits.find((element) => element instanceof HTMLImageElement && element.alt)
      return (shown as HTMLImageElement | undefined)?.alt === alt
    },
    [prompt, share] as const,
  )
}

test('the split handle divides two images, by keys and by dragging', async () => {
  const { page, faults, close } = await openComparison()
  await eventually(() => value(page), 50)
  // The older image is the left one.
  assert.deepEqual([await isAt(page, OLDER, 0.45), await isAt(page, NEWER, 0.55)], [true, true])
  await handle(page).focus()
  await page.keyboard.press('ArrowRight')
  await eventually(() => value(page), 51)
  await page.keyboard.press('Shift+ArrowRight')
  await eventually(() => value(page), 61)
  await eventually(() => isAt(page, OLDER, 0.55), true)
  await page.keyboard.press('Home')
  await eventually(() => value(page), 0)
  await eventually(() => isAt(page, NEWER, 0.45), true)
  await page.keyboard.press('ArrowLeft')
  await eventually(() => value(page), 0)
  await page.keyboard.press('End')
  await eventually(() => value(page), 100)

  await page.keyboard.press('Home')
  const stage = await settledBox(handle(page).locator('..'))
  await page.mouse.move(stage.x + 2, stage.y + 40)
  await page.mouse.down()
  await page.mouse.move(stage.x + stage.width * 0.4, stage.y + 60, { steps: 4 })
  await page.mouse.up()
  await eventually(() => value(page), 40)
  assert.deepEqual(faults, [])
  await close()
})

test('zoom and position apply to both images, and swap exchanges them', async () => {
  const { page, faults, close } = await openComparison()
  const stage = await settledBox(handle(page).locator('..'))
  const before = await settledBox(image(page, OLDER))
  await page.mouse.move(stage.x + stage.width / 4, stage.y + stage.height / 4)
  await page.mouse.wheel(0, -500)
  const zoomed = await settledBox(image(page, OLDER), ({ width }) => width > 1.5 * before.width)
  await page.mouse.down()
  await page.mouse.move(stage.x + stage.width / 4 - 40, stage.y + stage.height / 4 - 20, {
    steps: 4,
  })
  await page.mouse.up()
  const moved = await settledBox(image(page, OLDER), ({ x }) => x < zoomed.x)
  assert.deepEqual(await settledBox(image(page, NEWER)), moved)
  // Zooming moves neither the handle nor the division.
  await eventually(() => value(page), 50)

  const route = new URL(page.url()).hash
  await page.getByRole('button', { name: 'Swap' }).click()
  await page.waitForFunction((hash) => location.hash !== hash, route)
  await image(page, NEWER).waitFor()
  assert.deepEqual([await isAt(page, NEWER, 0.45), await isAt(page, OLDER, 0.55)], [true, true])
  assert.deepEqual(faults, [])
  await close()
})

test('the differences of prompt and settings are listed, also after a reload', async () => {
  const { page, faults, close } = await openComparison()
  await page.reload()
  const list = page.getByRole('region', { name: 'Differences' })
  await list.getByRole('row', { name: 'Steps 1 2' }).waitFor()
  await list.getByRole('row', { name: 'Seed 7 8' }).waitFor()
  await eventually(() => list.getByRole('row').count(), 3)
  const words = (element: string) => list.locator(element).allTextContents()
  assert.deepEqual(
    (await words('del')).map((text) => text.replace('Only left: ', '')),
    ['red', 'on a table'],
  )
  assert.deepEqual(
    (await words('ins')).map((text) => text.replace('Only right: ', '')),
    ['blue', 'in the snow'],
  )
  await page.goto(`${studio.url}/#/compare/nonsense/0/other/0`)
  await page.getByText('Image not found').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('the key C compares an open image with the next one, and its button does the same', async () => {
  const { page, faults, close } = await openComparison()
  await page.goBack()
  await page.getByRole('link', { name: `Open ${NEWER}` }).waitFor()
  await page.keyboard.press('Escape')
  const open = async () => {
    await page.getByRole('link', { name: `Open ${NEWER}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('img', { name: NEWER }).waitFor()
    await dialog.getByRole('button', { name: 'Compare with another image' }).first().waitFor()
    return dialog
  }
  await open()
  await page.keyboard.press('c')
  await handle(page).waitFor()
  assert.deepEqual([await isAt(page, OLDER, 0.45), await isAt(page, NEWER, 0.55)], [true, true])
  await page.getByRole('button', { name: 'Back' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const dialog = await open()
  await dialog.getByRole('button', { name: 'Compare with another image' }).first().click()
  await handle(page).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the comparison has no axe violations and fits a phone, ${colorScheme}`, async () => {
    const viewport = { width: 360, height: 740 }
    const { page, close } = await openComparison({ colorScheme, viewport, hasTouch: true })
    assert.deepEqual(await violations(page), [])
    await eventually(() => page.evaluate(() => document.documentElement.scrollWidth), 360)
    await close()
  })
}
