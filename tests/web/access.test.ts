import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from './browser.ts'
import { Studio } from './studio.ts'

let studio: Studio
let browser: Browser
let link: string

before(async () => {
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('reader')
  await studio.make(link, ['a red apple', 'a castle at sunset'])
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** What GraphiQL draws by itself: tabs with a button inside each, pale numbers of lines. */
const GRAPHIQLS_OWN = ['.graphiql-tabs', '.line-numbers']

async function violations(page: Page, except: string[] = []): Promise<string[]> {
  const builder = new AxeBuilder({ page })
  for (const selector of except) builder.exclude(selector)
  const { violations } = await builder.analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
}

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${colorScheme}`, async () => {
    const { page, close } = await visit(browser, link, { colorScheme, reducedMotion: 'reduce' })
    const found: Record<string, string[]> = {}
    await page.getByRole('article').nth(1).waitFor()
    await page.getByText('Advanced').click()
    found.create = await violations(page)
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByText('Signed in as reader').waitFor()
    found.account = await violations(page)
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByRole('checkbox', { name: 'Select a red apple' }).check({ force: true })
    found.history = await violations(page)
    await page.getByRole('link', { name: 'Open a red apple' }).click()
    await page.getByRole('dialog').getByText('Seed').first().waitFor()
    found.picture = await violations(page)
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Trash' }).click()
    await page.getByText('The trash is empty').waitFor()
    found.trash = await violations(page)
    await page.goto(`${studio.url}/#/nowhere`)
    await page.getByRole('link', { name: 'Back to Create' }).waitFor()
    found.nowhere = await violations(page)
    await page.goto(`${studio.url}/graphiql`)
    const themed = colorScheme === 'dark' ? '.vs-dark' : '.vs'
    await page.locator(`.graphiql-query-editor .monaco-editor${themed} .view-line`).first().waitFor()
    found.graphiql = await violations(page, GRAPHIQLS_OWN)
    await close()

    const newcomer = await visit(browser, studio.linkFor('newcomer'), { colorScheme })
    await newcomer.page.getByRole('heading', { name: 'Try one of these' }).waitFor()
    found.empty = await violations(newcomer.page)
    await newcomer.close()

    const stranger = await visit(browser, `${studio.url}/`, { colorScheme })
    await stranger.page.getByRole('heading', { name: 'Sign in to the studio' }).waitFor()
    found.signIn = await violations(stranger.page)
    await stranger.close()
    for (const [name, each] of Object.entries(found)) assert.deepEqual(each, [], name)
  })
}

test('by keyboard alone: a prompt, its picture, its view, and back', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('typist'))
  await prompt(page).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(
    await page.evaluate(() => document.activeElement?.textContent),
    'Skip to the content',
  )
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.ok(await prompt(page).evaluate((element) => element === document.activeElement))
  await page.keyboard.type('a red apple')
  await page.keyboard.press('Control+Enter')
  const picture = page.getByRole('link', { name: 'Open a red apple' })
  await picture.waitFor()
  for (let presses = 0; presses < 60; presses += 1) {
    if (await picture.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('img', { name: 'a red apple' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(faults, [])
  await close()
})

test('the language can be switched, and is kept', async () => {
  const { page, faults, close } = await visit(browser, link)
  await prompt(page).waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByLabel('Language').selectOption('zh-CN')
  await page.getByRole('link', { name: '历史' }).waitFor()
  await page.reload()
  await page.getByLabel('提示词', { exact: true }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN')
  assert.deepEqual(faults, [])
  await close()
})

test('on a phone nothing is wider than the screen, and a picture can be made', async () => {
  const viewport = { width: 360, height: 740 }
  const { page, faults, close } = await visit(browser, studio.linkFor('walker'), {
    viewport,
    hasTouch: true,
    isMobile: true,
  })
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
  await prompt(page).fill('a red apple')
  await page.getByRole('button', { name: 'Create' }).tap()
  await page.getByRole('article').getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  assert.equal(await wide(), 360)
  await page.getByRole('link', { name: 'History' }).tap()
  await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
  assert.equal(await wide(), 360)
  await page.getByRole('link', { name: 'Open a red apple' }).tap()
  await page.getByRole('dialog').getByRole('img', { name: 'a red apple' }).waitFor()
  assert.equal(await wide(), 360)
  assert.deepEqual(faults, [])
  await close()
})

test('a draft survives a reload', async () => {
  const { page, close } = await visit(browser, studio.linkFor('writer'))
  await prompt(page).fill('a half written')
  await page.reload()
  await prompt(page).waitFor()
  assert.equal(await prompt(page).inputValue(), 'a half written')
  await close()
})

test('offline is said, and what was asked for meanwhile is made when the connection is back', async () => {
  const { page, close } = await visit(browser, studio.linkFor('traveller'))
  await prompt(page).fill('a red apple')
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('sending it again').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('article').getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  assert.equal(await page.getByRole('article').count(), 1)
  await close()
})
