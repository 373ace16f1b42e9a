import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { choose } from '../support/form.ts'
import { Studio } from '../support/studio.ts'

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

const NOTICE = 'This browser cannot store data for this page.'
const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })

/**
 * Ways in which a browser refuses to store data. The scripts run before those of the page. They are
 * strings, because tsx adds calls to compiled functions that the page does not define.
 */
const REFUSALS: [string, string][] = [
  [
    'cookies are blocked',
    `for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get() { throw new DOMException('Access is denied for this document.', 'SecurityError') },
      })
    }`,
  ],
  [
    'the storage is full',
    `for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (let index = 0; ; index += 1) localStorage.setItem(size + '-' + index, 'x'.repeat(size))
      } catch {}
    }`,
  ],
  ['there is no storage', `Object.defineProperty(window, 'localStorage', { value: null })`],
]

for (const [index, [refusal, refuse]] of REFUSALS.entries()) {
  test(`the page works and says what is lost if ${refusal}`, async () => {
    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.addInitScript({ content: refuse })
    await page.goto(studio.linkFor(`guest-${index}`))
    await page.getByText(NOTICE).waitFor()
    await eventually(() => page.getByText(NOTICE).count(), 1)
    await prompt(page).fill('a red apple')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('article').getByRole('img', { name: 'a red apple', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Library' }).click()
    await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
    await page.getByRole('link', { name: 'Create' }).click()
    await eventually(() => prompt(page).inputValue(), 'a red apple')
    await page.getByRole('button', { name: 'Account' }).click()
    await choose(page, 'Theme', 'Dark')
    await choose(page, 'Language', '简体中文')
    await page.getByRole('button', { name: '退出登录' }).waitFor()
    assert.deepEqual(errors, [])

    await page.goto(`${studio.url}/graphiql`)
    await page.locator('.graphiql-container').waitFor()
    assert.deepEqual(errors, [])
    await context.close()
  })
}
