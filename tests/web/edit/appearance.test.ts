import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { create, type Edited, newest, openEditor, stage } from '../support/editing.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'
import { violations } from '../support/violations.ts'

/** How the edit mode looks: accessibility, and small screens. */

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

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the edit mode has no axe violations, ${colorScheme}`, async () => {
    const opened = await visit(browser, link, { colorScheme, reducedMotion: 'reduce' })
    const { page, close } = opened
    const found: Record<string, string[]> = {}
    const scan = async (name: string) => {
      found[name] = await violations(page)
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
  await eventually(() => page.evaluate(() => document.documentElement.scrollWidth), 360)
  const box = await settledBox(stage(page))
  assert.ok(box.height >= 224 && box.y + box.height <= 740)
  await create(page).scrollIntoViewIfNeeded()
  await close()
})
