import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually, settledBox } from '../support/eventually.ts'
import { chip } from '../support/form.ts'
import { Studio } from '../support/studio.ts'

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

let studio: Studio
let browser: Browser
let visitors = 0

before(async () => {
  studio = await Studio.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

async function openPage(options: BrowserContextOptions = {}): Promise<Visit> {
  visitors += 1
  const opened = await visit(browser, studio.linkFor(`picker-${visitors}`), options)
  await prompt(opened.page).waitFor()
  return opened
}

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })
const picker = (page: Page, label: string) => page.getByRole('dialog', { name: label, exact: true })
const focusedName = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label'))

/** Open a picker with the keyboard, press keys in it, and close it. Returns the value of its chip. */
async function usePicker(page: Page, label: string, keys: readonly string[]): Promise<string> {
  await chip(page, label).focus()
  await page.keyboard.press('Enter')
  await picker(page, label).waitFor()
  // The focus moves into the picker when it is open.
  await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]') !== null)
  for (const key of keys) await page.keyboard.press(key)
  await page.keyboard.press('Escape')
  await picker(page, label).waitFor({ state: 'detached' })
  assert.match((await focusedName(page)) ?? '', new RegExp(`^${label}: `))
  return chip(page, label).innerText()
}

test('every picker works by keyboard, and returns the focus to its chip', async () => {
  const { page, faults, close } = await openPage()
  await eventually(() => usePicker(page, 'Model', []), 'Emoji demonstration')
  await eventually(() => usePicker(page, 'Size', ['ArrowRight']), '4:3')
  await eventually(() => usePicker(page, 'Style', [...'pixel', 'Tab', 'Space']), 'Pixel art')
  await eventually(() => usePicker(page, 'Images', ['ArrowRight', 'ArrowRight']), '3')
  await eventually(() => usePicker(page, 'Seed', ['Tab', ...'4711']), '4711')

  const request = page.waitForRequest((each) =>
    /mutation GenerateImage/.test(each.postData() ?? ''),
  )
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  const { input } = JSON.parse((await request).postData() ?? '').variables
  assert.deepEqual([input.style, input.count, input.seed], ['pixel-art', 3, 4711])
  assert.ok(input.width > input.height, `${input.width} × ${input.height}`)
  assert.deepEqual(faults, [])
  await close()
})

test('a press on a chip or outside closes its picker', async () => {
  const { page, faults, close } = await openPage()
  await chip(page, 'Seed').click()
  await picker(page, 'Seed').waitFor()
  await chip(page, 'Seed').click()
  await picker(page, 'Seed').waitFor({ state: 'detached' })
  await chip(page, 'Seed').click()
  await picker(page, 'Seed').waitFor()
  await chip(page, 'Images').click()
  await picker(page, 'Images').waitFor()
  await eventually(() => page.getByRole('dialog').count(), 1)
  await page.mouse.click(1270, 790)
  await picker(page, 'Images').waitFor({ state: 'detached' })
  assert.deepEqual(faults, [])
  await close()
})

test('the prompt grows from one to eight lines', async () => {
  const { page, close } = await openPage()
  const lines = (count: number) => Array.from({ length: count }, (_, line) => `${line}`).join('\n')
  const { height: one } = await settledBox(prompt(page))
  await prompt(page).fill(lines(2))
  const { height: two } = await settledBox(prompt(page), ({ height }) => height > one + 10)
  await prompt(page).fill(lines(8))
  const eightLines = one + 7 * (two - one)
  const isEightLines = ({ height }: { height: number }) => Math.abs(height - eightLines) < 4
  await settledBox(prompt(page), isEightLines)
  await prompt(page).fill(lines(20))
  await settledBox(prompt(page), isEightLines)
  await close()
})

test('a refused seed is shown at its input, on a phone too', async () => {
  const { page, close } = await openPage(PHONE)
  await prompt(page).fill('a red fox')
  await chip(page, 'Images').click()
  await picker(page, 'Images').getByRole('radio', { name: '4' }).check()
  await page.keyboard.press('Escape')
  await chip(page, 'Seed').click()
  await picker(page, 'Seed').getByLabel('Seed', { exact: true }).fill('2147483647')
  await page.keyboard.press('Escape')
  await picker(page, 'Seed').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: 'Seed:' }).waitFor()
  await page.waitForFunction(() => {
    const focused = document.activeElement
    const { top, bottom } = focused?.getBoundingClientRect() ?? new DOMRect()
    const isVisible = bottom > top && top >= 0 && bottom <= window.innerHeight
    return focused?.getAttribute('aria-invalid') === 'true' && isVisible
  })
  await page.keyboard.press('Control+A')
  await page.keyboard.type('7')
  await page.getByRole('alert').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await prompt(page).tap()
  await eventually(() => chip(page, 'Seed').innerText(), '7')
  await close()
})

test('on a phone, the bar has one line until it is used', async () => {
  const { page, faults, close } = await openPage(PHONE)
  await chip(page, 'Seed').waitFor({ state: 'hidden' })
  const bar = page.getByRole('form', { name: 'New image' })
  const compact = (await settledBox(bar)).height
  assert.ok(compact <= 72, `the bar is ${compact} px high`)
  await prompt(page).tap()
  await chip(page, 'Seed').waitFor()
  await eventually(() => page.evaluate(() => document.documentElement.scrollWidth), 360)
  await chip(page, 'Style').tap()
  await picker(page, 'Style').getByRole('radio', { name: 'Sticker' }).check()
  const box = await settledBox(picker(page, 'Style'))
  assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box))
  await page.keyboard.press('Escape')
  await picker(page, 'Style').waitFor({ state: 'detached' })
  // The bar shrinks after the press outside, not before its click.
  await prompt(page).tap()
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('dialog', { name: 'Settings' }).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('the notice of the demonstration model can be dismissed for good', async () => {
  const { page, faults, close } = await openPage()
  const notice = page.getByText('This model is a small one for demonstration.')
  await page.getByRole('button', { name: 'Use your own model' }).click()
  await picker(page, 'Model').getByText('Use your own model').click()
  await picker(page, 'Model').getByText('A diffusers model in a local folder:').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await notice.waitFor({ state: 'detached' })
  await page.reload()
  await chip(page, 'Model').waitFor()
  await eventually(() => notice.count(), 0)
  assert.deepEqual(faults, [])
  await close()
})

test('recent prompts are offered in a menu', async () => {
  const { page, faults, close } = await openPage()
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('img', { name: 'a red apple', exact: true }).first().waitFor()
  await prompt(page).fill('')
  await page.getByRole('button', { name: 'Recent prompts' }).click()
  await page.getByRole('menuitem', { name: 'a red apple' }).click()
  await eventually(() => prompt(page).inputValue(), 'a red apple')
  assert.deepEqual(faults, [])
  await close()
})
