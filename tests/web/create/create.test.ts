import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { setCount, setNumber } from '../support/form.ts'
import { Studio } from '../support/studio.ts'
import { thumbnails } from '../support/studioPage.ts'

// The tests share the studio and browser. Each test uses its own user.
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

async function openPage(): Promise<Visit> {
  visitors += 1
  return visit(browser, studio.linkFor(`visitor-${visitors}`))
}

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })
const newest = (page: Page) => page.getByRole('article').first()

/** Start a generation that runs long enough to interact with. */
async function startSlowGeneration(page: Page, promptText: string): Promise<void> {
  await prompt(page).fill(promptText)
  await page.getByText('Advanced').click()
  await setCount(page, 4)
  await setNumber(page, 'Steps', 100)
  await page.getByRole('button', { name: 'Create' }).click()
  await newest(page)
    .getByText(/Step \d+ of 400/)
    .waitFor()
}

/** Record every step number that the page shows from now on. */
async function recordSteps(page: Page): Promise<void> {
  await page.evaluate(() => {
    const recorded: number[] = []
    Object.assign(window, { recorded })
    new MutationObserver(() => {
      const [, step] =
        /Step (\d+) of/.exec(document.querySelector('article')?.textContent ?? '') ?? []
      if (step !== undefined && recorded.at(-1) !== Number(step)) recorded.push(Number(step))
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}

function recordedSteps(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { recorded: number[] }).recorded)
}

async function shownStep(page: Page): Promise<number> {
  const text = await newest(page)
    .getByText(/Step \d+ of/)
    .innerText()
  return Number(/Step (\d+)/.exec(text)?.[1])
}

test('the printed link signs in, and the token is removed from the address bar', async () => {
  const { page, faults, close } = await visit(browser, studio.link)
  await prompt(page).waitFor()
  assert.equal(page.url(), `${studio.url}/`)
  await eventually(() => page.evaluate(() => history.length), 2) // about:blank and the page
  await page.reload()
  await prompt(page).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('creates an image of the requested size, shows progress, and keeps it in the history', async () => {
  const { page, faults, close } = await openPage()
  await prompt(page).fill('a red apple')
  await page.getByText('Advanced').click()
  await setNumber(page, 'Width', 192)
  await setNumber(page, 'Height', 256)
  await setNumber(page, 'Steps', 100)
  await recordSteps(page)
  await prompt(page).focus()
  await page.keyboard.press('Control+Enter')

  const image = newest(page).getByRole('img', { name: 'a red apple', exact: true })
  await image.waitFor()
  const steps = await recordedSteps(page)
  assert.ok(new Set(steps).size > 1, `progress was seen at ${steps}`)
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  )

  await image.evaluate((img: HTMLImageElement) => img.decode())
  const size = await image.evaluate((img: HTMLImageElement) => [
    img.naturalWidth,
    img.naturalHeight,
  ])
  assert.deepEqual(size, [192, 256])

  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
  await page.getByLabel('Search prompts').fill('apple')
  await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
  await page.getByLabel('Search prompts').fill('submarine')
  await page.getByText('No results').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a reload during a generation shows the current progress and then the image', async () => {
  const { page, faults, close } = await openPage()
  await startSlowGeneration(page, 'a cat on the beach')
  const before = await shownStep(page)
  await page.reload()
  await newest(page)
    .getByText(/Step \d+ of 400/)
    .waitFor()
  assert.ok((await shownStep(page)) >= before)
  await thumbnails(page).nth(0).waitFor()
  await eventually(() => thumbnails(page).count(), 1)
  await newest(page).getByRole('img', { name: 'a cat on the beach', exact: true }).nth(3).waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a running generation can be canceled and retried', async () => {
  const { page, faults, close } = await openPage()
  await startSlowGeneration(page, 'a ghost in a meadow')
  await newest(page).getByRole('button', { name: 'Cancel' }).click()
  await newest(page).getByText('Canceled').waitFor()
  await newest(page).getByRole('button', { name: 'Try again' }).click()
  await newest(page).getByRole('img', { name: 'a ghost in a meadow', exact: true }).nth(3).waitFor()
  await thumbnails(page).nth(1).waitFor()
  await eventually(() => thumbnails(page).count(), 2)
  assert.deepEqual(faults, [])
  await close()
})

test('a pasted prompt with Midjourney flags sets the form and lists ignored flags', async () => {
  const { page, faults, close } = await openPage()
  await prompt(page).evaluate((field) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData(
      'text',
      'a red fox in the forest --ar 3:2 --no trees --seed 7 --stylize 50',
    )
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  })
  await page.getByText('Ignored: --stylize 50').waitFor()
  await page.getByText('Advanced').click()
  await eventually(() => prompt(page).inputValue(), 'a red fox in the forest')
  await eventually(() => page.getByLabel('Negative prompt').inputValue(), 'trees')
  await eventually(() => page.getByLabel('Seed', { exact: true }).inputValue(), '7')
  const [width, height] = await Promise.all(
    ['Width', 'Height'].map(async (side) => Number(await page.getByLabel(side).inputValue())),
  )
  assert.ok(Math.abs((width as number) / (height as number) - 1.5) < 0.05, `${width} × ${height}`)
  assert.deepEqual(faults, [])
  await close()
})

test('two users see only their own images', async () => {
  const ada = await openPage()
  const grace = await openPage()
  await prompt(ada.page).fill('a castle at sunset')
  await ada.page.keyboard.press('Control+Enter')
  await prompt(grace.page).fill('a blue car in the snow')
  await grace.page.keyboard.press('Control+Enter')
  await newest(ada.page).getByRole('img', { name: 'a castle at sunset', exact: true }).waitFor()
  await newest(grace.page)
    .getByRole('img', { name: 'a blue car in the snow', exact: true })
    .waitFor()
  for (const { page, faults, close } of [ada, grace]) {
    await thumbnails(page).nth(0).waitFor()
    await eventually(() => thumbnails(page).count(), 1)
    await page.reload()
    await page.getByRole('article').waitFor()
    await thumbnails(page).nth(0).waitFor()
    await eventually(() => thumbnails(page).count(), 1)
    assert.deepEqual(faults, [])
    await close()
  }
})

test('without a token, the page explains how to get one and accepts it', async () => {
  const { page, faults, close } = await visit(browser, `${studio.url}/`)
  await page.getByRole('heading', { name: 'Sign in to the studio' }).waitFor()
  await page.getByText('genai-studio token --user NAME').waitFor()
  await page.getByLabel('Token or sign-in link').fill('nonsense')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Invalid or expired token.').waitFor()
  await page.getByLabel('Token or sign-in link').fill(studio.linkFor('pasting'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await prompt(page).fill('a private prompt')
  assert.deepEqual(faults, [])

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByText('Signed in as pasting').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to the studio' }).waitFor()
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  assert.doesNotMatch(stored, /private prompt|eyJ/)
  await close()
})

test('a token that the server rejects leads to the sign-in page', async () => {
  const { page, close } = await visit(browser, studio.link)
  await prompt(page).waitFor()
  await page.evaluate(() => {
    const key = 'genai-studio.token'
    const token = localStorage.getItem(key) ?? ''
    localStorage.setItem(key, `${token.slice(0, -12)}AAAAAAAAAAAA`)
  })
  await page.reload()
  await page.getByRole('heading', { name: 'Your session has expired' }).waitFor()
  await close()
})

test('the queue shows the running request first, and cancels all', async () => {
  const link = studio.linkFor('busy')
  const { page, faults, close } = await visit(browser, link)
  const slow = { steps: 100, count: 4, width: 512, height: 512 }
  await prompt(page).waitFor()
  for (const name of ['first', 'second', 'third']) {
    await studio.submit(link, { prompt: `a ${name} apple`, ...slow })
  }
  await page.waitForFunction(() => document.title === '(3) genai-studio')
  await page.getByRole('button', { name: 'Queue: 3 unfinished image requests' }).click()
  const panel = page.getByRole('dialog', { name: 'Queue' })
  const items = panel.getByRole('listitem')
  await items.nth(2).waitFor()
  await items.nth(0).getByText('a first apple').waitFor()
  await items
    .nth(0)
    .getByText(/Generating|Step/)
    .waitFor()
  await items.nth(1).getByText('a second apple').waitFor()
  await panel.getByRole('button', { name: 'Cancel all 3' }).click()
  await panel.getByText('Nothing is waiting or running.').waitFor()
  await eventually(() => page.title(), 'genai-studio')
  assert.deepEqual(faults, [])
  await close()
})

test('“Keep this seed” keeps the seed of the latest image', async () => {
  const link = studio.linkFor('keeper')
  await studio.generate(link, ['a red apple'], { seed: 4711, steps: 1 })
  const { page, faults, close } = await visit(browser, link)
  await page.getByRole('article').getByRole('img').waitFor()
  await page.getByText('Advanced').click()
  await page.getByRole('button', { name: 'Keep this seed' }).click()
  await eventually(() => page.getByLabel('Seed', { exact: true }).inputValue(), '4711')
  assert.deepEqual(faults, [])
  await close()
})
