import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { choose } from '../support/form.ts'
import { Studio } from '../support/studio.ts'
import { imageOf, thumbnails } from '../support/studioPage.ts'

let studio: Studio
let browser: Browser
let link: string

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('reader')
  await studio.generate(link, ['a red apple', 'a castle at sunset'])
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** With the animations that most users see. */
const MOVING = { reducedMotion: 'no-preference' } as const

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })

test('supports creating and viewing an image by keyboard only', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('typist'), MOVING)
  await prompt(page).waitFor()
  await page.keyboard.press('Tab')
  await eventually(
    () => page.evaluate(() => document.activeElement?.textContent),
    'Skip to main content',
  )
  await page.keyboard.press('Enter')
  await eventually(() => page.evaluate(() => document.activeElement?.tagName), 'MAIN')
  await page.keyboard.press('/')
  await eventually(
    () => prompt(page).evaluate((element) => element === document.activeElement),
    true,
  )
  await page.keyboard.type('a red apple')
  await page.keyboard.press('Control+Enter')
  await imageOf(page, 'a red apple').waitFor()
  const image = thumbnails(page)
  for (let presses = 0; presses < 60; presses += 1) {
    if (await image.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/image\/[^/]+$/)
  await page.keyboard.press('Escape')
  await page.waitForURL(/#\/$/)
  assert.deepEqual(faults, [])
  await close()
})

test('keeps the selected language after a reload', async () => {
  const { page, faults, close } = await visit(browser, link, MOVING)
  await prompt(page).waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await choose(page, 'Language', '简体中文')
  await page.getByRole('link', { name: '图库' }).waitFor()
  await page.reload()
  await page.getByLabel('提示词', { exact: true }).waitFor()
  await eventually(() => page.evaluate(() => document.documentElement.lang), 'zh-CN')
  assert.deepEqual(faults, [])
  await close()
})

test('offers Chinese example prompts, which the model supports', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('reader-of-chinese'), {
    locale: 'zh-CN',
  })
  await page.getByRole('button', { name: '太空中的火箭' }).click()
  await page.getByRole('article').getByRole('img', { name: '太空中的火箭', exact: true }).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('fits a phone screen, and creates an image there', async () => {
  const viewport = { width: 360, height: 740 }
  const { page, faults, close } = await visit(browser, studio.linkFor('walker'), {
    viewport,
    hasTouch: true,
    isMobile: true,
    ...MOVING,
  })
  const pageWidth = () => page.evaluate(() => document.documentElement.scrollWidth)
  await prompt(page).fill('a red apple')
  await page.getByRole('button', { name: 'Create' }).tap()
  await page.getByRole('article').getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  await eventually(() => pageWidth(), 360)
  await page.getByRole('link', { name: 'Library' }).tap()
  await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
  await eventually(() => pageWidth(), 360)
  await page.getByRole('link', { name: 'Open a red apple' }).tap()
  await page.getByRole('dialog').getByRole('img', { name: 'a red apple' }).waitFor()
  await eventually(() => pageWidth(), 360)
  assert.deepEqual(faults, [])
  await close()
})
