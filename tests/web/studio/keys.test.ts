import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { prompt } from '../support/signIn.ts'
import { Studio } from '../support/studio.ts'
import { fact, imageOf, inspector, thumbnails } from '../support/studioPage.ts'

const FAST = { steps: 1 }

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

const isFocused = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => element === document.activeElement)

test('arrows walk the filmstrip, Delete moves to the trash and shows the next, Undo restores', async () => {
  const link = studio.linkFor('walker')
  await studio.generate(link, ['a red apple', 'a cat on the beach', 'a whale'], FAST)
  const { page, faults, close } = await visit(browser, link)
  await imageOf(page, 'a whale').waitFor()
  const main = page.locator('main')
  await main.press('ArrowRight')
  await imageOf(page, 'a cat on the beach').waitFor()
  await page.keyboard.press('h')
  await page
    .getByRole('button', { name: 'Favorite', pressed: true })
    .first()
    .waitFor({ state: 'attached' })
  await page.keyboard.press('Delete')
  await imageOf(page, 'a red apple').waitFor()
  await thumbnails(page).nth(2).waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowLeft')
  await imageOf(page, 'a whale').waitFor()
  // A toast takes no keys.
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.waitFor()
  await page.keyboard.press('ArrowRight')
  await imageOf(page, 'a red apple').waitFor()
  await undo.click()
  await thumbnails(page).nth(2).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('no key acts while the user types', async () => {
  const link = studio.linkFor('typist')
  await studio.generate(link, ['a red apple', 'a whale'], FAST)
  const { page, faults, close } = await visit(browser, link)
  await imageOf(page, 'a whale').waitFor()
  await page.locator('main').press('/')
  await prompt(page).waitFor()
  await eventually(
    () => prompt(page).evaluate((element) => element === document.activeElement),
    true,
  )
  await page.keyboard.type('fhi?/0+- e')
  for (const key of ['ArrowRight', 'ArrowLeft', 'Delete', 'Enter']) await page.keyboard.press(key)
  assert.match(await prompt(page).inputValue(), /^fhi\?\/0\+- /)
  await eventually(() => page.getByRole('dialog').count(), 0)
  await eventually(() => imageOf(page, 'a whale').count(), 1)
  await eventually(() => thumbnails(page).count(), 2)
  const favorite = page.getByRole('button', { name: 'Favorite', pressed: true })
  await eventually(() => favorite.count(), 0)
  assert.deepEqual(faults, [])
  await close()
})

test('“/” focuses the search of the library, and “?” lists the keys on each page', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('reader'))
  await prompt(page).waitFor()
  for (const name of ['Create', 'Library', 'Trash']) {
    await page.getByRole('link', { name, exact: true }).click()
    await page.locator('main').press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await dialog.getByText('Focus the prompt or the search').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByLabel('Search prompts').waitFor()
  await page.locator('main').press('/')
  await eventually(() => isFocused(page, 'main input[type="search"]'), true)
  assert.deepEqual(faults, [])
  await close()
})

test('the filmstrip renders only its window, and loads older images', async () => {
  const separate = await Studio.start()
  try {
    const link = separate.linkFor('archivist')
    await separate.generate(link, ['a red apple'], FAST)
    separate.fill(300)
    const { page, faults, close } = await visit(browser, link)
    await thumbnails(page).nth(5).waitFor()
    const strip = page.getByRole('list', { name: 'Latest images' })
    let reached = 0
    for (let turns = 0; reached < 300 && turns < 600; turns += 1) {
      reached = await strip.evaluate(async (list) => {
        const scroller = list.parentElement as HTMLElement
        scroller.scrollLeft = scroller.scrollWidth
        await new Promise((resolve) => setTimeout(resolve, 20))
        return Math.max(
          ...[...list.children].map((item) => Number(item.getAttribute('data-index'))),
        )
      })
      assert.ok((await thumbnails(page).count()) < 60)
    }
    assert.equal(reached, 300)
    assert.deepEqual(faults, [])
    await close()
  } finally {
    await separate.stop()
  }
})

test('facts are put into the form, and the collapsed inspector is remembered', async () => {
  const link = studio.linkFor('inspector')
  await studio.generate(link, ['a red apple'], { ...FAST, seed: 4711, width: 384, height: 256 })
  const { page, faults, close } = await visit(browser, link)
  const seed = fact(inspector(page), 'Seed')
  await seed.waitFor()
  const useOf = (name: string) =>
    inspector(page).locator(`dl > div:has(dt:text-is("${name}"))`).getByRole('button')
  await useOf('Seed').click()
  await page.getByText('Seed copied to the form.').waitFor()
  await useOf('Size').click()
  const stored = await page.evaluate(() => localStorage.getItem('genai-studio.my.form') ?? '')
  const { seed: used, width, height } = JSON.parse(stored)
  assert.deepEqual([used, width, height], [4711, 384, 256])
  await page.getByRole('button', { name: 'Undo' }).last().waitFor()

  const toggle = page.getByRole('button', { name: 'Details' })
  await toggle.click()
  await seed.waitFor({ state: 'detached' })
  await page.reload()
  await imageOf(page, 'a red apple').waitFor()
  await eventually(() => toggle.getAttribute('aria-expanded'), 'false')
  await page.locator('main').press('i')
  await seed.waitFor()
  assert.deepEqual(faults, [])
  await close()
})
