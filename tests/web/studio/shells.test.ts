import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import en from '../../../web/src/i18n/en.json' with { type: 'json' }
import zh from '../../../web/src/i18n/zh-CN.json' with { type: 'json' }
import { launch, visit } from '../support/browser.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'

const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 2560, height: 1440 },
]

let studio: Studio
let browser: Browser
let link: string

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('artist')
  await studio.generate(link, ['a red apple', `${'a very long prompt '.repeat(30)}`], { steps: 1 })
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** List what is wider than the window, or cut off by it, and is not scrolled by a panel. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement
    const found = [...document.querySelectorAll('button, a, input, label, h1, h2, h3, p, dd, dt')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect()
        const isScrolled = element.closest('nav ul, [role="toolbar"], .visually-hidden') !== null
        return width > 0 && !isScrolled && (left < -1 || right > clientWidth + 1)
      })
      .map((element) => `${element.tagName} ${element.textContent}`)
    const page = document.documentElement.scrollWidth
    return page > clientWidth ? [...found, `the page is ${page} px wide`] : found
  })
}

for (const [locale, t] of [
  ['en-GB', en],
  ['zh-CN', zh],
] as const) {
  test(`nothing overflows from 360 to 2560 px, ${locale}`, async () => {
    const { page, faults, close } = await visit(browser, link, { locale })
    const thumbnails = page.getByRole('list', { name: t.canvas.filmstrip }).getByRole('link')
    await thumbnails.nth(1).waitFor()
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await page.goto(`${studio.url}/#/`)
      await page.getByRole('article').getByRole('img').waitFor()
      await eventually(() => overflowing(page), [])
      // Only panels scroll.
      await eventually(
        () => page.evaluate(() => document.documentElement.scrollHeight),
        size.height,
      )
      await page.goto(`${studio.url}/#/history`)
      await page.locator('main li a').first().waitFor()
      await eventually(() => overflowing(page), [])
      await page.locator('main li a').first().click()
      await page.getByRole('dialog').getByText(t.image.seed, { exact: true }).waitFor()
      assert.deepEqual(await overflowing(page), [], `viewer at ${size.width}`)
      await page.keyboard.press('Escape')
    }
    assert.deepEqual(faults, [])
    await close()
  })
}

test('the panels are columns on wide screens and overlays on others', async () => {
  const { page, faults, close } = await visit(browser, link)
  const details = page.getByRole('region', { name: 'Details' })
  const overlay = page.getByRole('dialog', { name: 'Details' })
  const toggle = page.getByRole('button', { name: 'Details' })
  const settings = page.getByRole('dialog', { name: 'Settings' })
  const settingsToggle = page.getByRole('button', { name: 'Settings', exact: true })
  const controls = page.getByRole('combobox', { name: 'Model', exact: true })
  const rail = page.getByRole('banner')
  const strip = page.getByRole('navigation', { name: 'Latest images' })
  for (const [width, inspectorWidth] of [
    [1280, 320],
    [1800, 400],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await details.getByText('Seed', { exact: true }).waitFor()
    await eventually(async () => {
      const box = await details.boundingBox()
      return [box?.x, box?.width, box?.height]
    }, [width - inspectorWidth, inspectorWidth, 800])
    await eventually(
      async () => (await page.getByRole('region', { name: 'Settings' }).boundingBox())?.width,
      320,
    )
    await eventually(() => rail.boundingBox(), { x: 0, y: 0, width: 56, height: 800 })
    await eventually(async () => (await strip.boundingBox())?.height, 96)
    await controls.waitFor()
    await eventually(() => settingsToggle.count(), 0)
  }

  await page.setViewportSize({ width: 900, height: 800 })
  await details.waitFor({ state: 'detached' })
  await eventually(async () => (await rail.boundingBox())?.width, 56)
  await toggle.click()
  await overlay.getByText('Seed', { exact: true }).waitFor()
  await page.waitForFunction(
    () => document.querySelector('[role=dialog]')?.getBoundingClientRect().right === 900,
  )
  await eventually(async () => (await overlay.boundingBox())?.width, 360)
  await page.keyboard.press('Escape')
  await overlay.waitFor({ state: 'detached' })
  await eventually(() => toggle.evaluate((element) => element === document.activeElement), true)
  await eventually(() => controls.count(), 0)
  await settingsToggle.click()
  await controls.waitFor()
  await page.waitForFunction(
    () => document.querySelector('[role=dialog]')?.getBoundingClientRect().left === 0,
  )
  await eventually(() => settings.boundingBox(), { x: 0, y: 0, width: 360, height: 800 })
  await page.keyboard.press('Escape')
  await settings.waitFor({ state: 'detached' })
  await eventually(
    () => settingsToggle.evaluate((element) => element === document.activeElement),
    true,
  )

  await page.setViewportSize({ width: 360, height: 740 })
  await eventually(() => rail.boundingBox(), { x: 0, y: 684, width: 360, height: 56 })
  await toggle.click()
  await overlay.getByText('Seed', { exact: true }).waitFor()
  await page.waitForFunction(
    () => document.querySelector('[role=dialog]')?.getBoundingClientRect().bottom === 740,
  )
  assert.ok((await settledBox(overlay)).height <= 0.85 * 740)
  await page.keyboard.press('Escape')
  await overlay.waitFor({ state: 'detached' })
  await settingsToggle.click()
  await controls.waitFor()
  await page.waitForFunction(
    () => document.querySelector('[role=dialog]')?.getBoundingClientRect().bottom === 740,
  )
  assert.ok((await settledBox(settings)).height <= 0.85 * 740)
  assert.deepEqual(faults, [])
  await close()
})
