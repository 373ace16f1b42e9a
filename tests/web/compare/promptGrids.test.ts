import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page, Route } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'
import { violations } from '../support/violations.ts'

const LIMITS = { GENAI_STUDIO_UNFINISHED_PER_USER: '8', GENAI_STUDIO_DAILY_IMAGES: '20' }
const PROMPT = 'a {red|blue} {apple|car|hat}'
const PROMPTS = [
  'a red apple',
  'a red car',
  'a red hat',
  'a blue apple',
  'a blue car',
  'a blue hat',
]

let studio: Studio
let browser: Browser
let visitors = 0

before(async () => {
  studio = await Studio.start(LIMITS)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

/** Open the page for a new user, with a form that asks for one step. */
async function open(
  form: object = {},
  options?: Parameters<typeof visit>[2],
): Promise<Visit & { link: string }> {
  visitors += 1
  const link = studio.linkFor(`gardener-${visitors}`)
  const visitor = await visit(browser, link, options)
  await promptField(visitor.page).waitFor()
  await visitor.page.evaluate(
    (stored) => localStorage.setItem('genai-studio.my.form', stored),
    JSON.stringify({ steps: 1, ...form }),
  )
  await visitor.page.reload()
  await promptField(visitor.page).waitFor()
  return { ...visitor, link }
}

const promptField = (page: Page) => page.getByLabel('Prompt', { exact: true })
const create = (page: Page) => page.getByRole('button', { name: 'Create', exact: true })
const preview = (page: Page) => page.getByRole('region', { name: 'Prompt grid' })
const openImages = (page: Page) => page.getByRole('table').getByRole('link', { name: /^Open a / })

function isRequest(route: Route, prompt?: string): boolean {
  const body = route.request().postData() ?? ''
  return body.includes('mutation GenerateImage') && (!prompt || body.includes(`"${prompt}"`))
}

/** Read the prompts and seeds of all generations of the page's user, from the API. */
function stored(page: Page): Promise<{ prompt: string; seed: number }[]> {
  return page.evaluate(async () => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${localStorage.getItem('genai-studio.token')}`,
      },
      body: JSON.stringify({
        query: '{ generations(first: 48) { edges { node { prompt seed } } } }',
      }),
    })
    const { data } = await response.json()
    return data.generations.edges.map(({ node }: { node: object }) => node)
  })
}

test('a prompt with alternatives is previewed, sent with one seed, and shown as a table', async () => {
  const { page, faults, close } = await open()
  await promptField(page).fill(PROMPT)
  await preview(page).getByText('6 prompts · 6 images').waitFor()
  await preview(page).getByText('20 of 20 images left today').waitFor()
  await preview(page).getByText('Show the prompts').click()
  await eventually(() => preview(page).getByRole('listitem').allInnerTexts(), PROMPTS)
  await create(page).click()
  await page.waitForURL(/#\/grids\//)
  await page.getByText('6 of 6 completed').waitFor()
  const table = page.getByRole('table')
  await eventually(() => table.getByRole('columnheader').allInnerTexts(), ['apple', 'car', 'hat'])
  await eventually(() => table.getByRole('rowheader').allInnerTexts(), ['red', 'blue'])
  await eventually(() => openImages(page).count(), 6)
  const generations = await stored(page)
  assert.deepEqual(generations.map(({ prompt }) => prompt).reverse(), PROMPTS)
  assert.equal(new Set(generations.map(({ seed }) => seed)).size, 1)

  await page.getByRole('link', { name: /^Open a blue car/ }).click()
  await page.getByRole('dialog').getByRole('img', { name: 'a blue car' }).waitFor()
  await page.keyboard.press('Escape')
  await table.waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('a reload while a grid is sent neither loses nor repeats a request', async () => {
  const { page, faults, close } = await open()
  await promptField(page).fill(PROMPT)
  // The page is reloaded after the studio accepted the third request, before its response arrives.
  const third = new Promise<void>((accepted) => {
    void page.route('**/graphql', async (route) => {
      if (!isRequest(route, 'a red hat')) return route.continue()
      await route.fetch()
      accepted()
    })
  })
  await create(page).click()
  await third
  await page.unroute('**/graphql')
  await page.reload()
  await page.getByText('6 of 6 completed').waitFor()
  const prompts = (await stored(page)).map(({ prompt }) => prompt)
  assert.deepEqual(prompts.sort(), [...PROMPTS].sort())
  await eventually(() => openImages(page).count(), 6)
  assert.deepEqual(faults, [])
  await close()
})

test('a grid that exceeds a limit is refused with the reason, and nothing is sent', async () => {
  const { page, faults, close } = await open({ count: 4 })
  let sent = 0
  page.on('request', (request) => {
    if (request.postData()?.includes('mutation GenerateImage')) sent += 1
  })
  await promptField(page).fill('{a|b|c} {1|2|3}')
  const alerts = preview(page).getByRole('alert')
  await alerts.getByText('At most 8 requests can be in the queue, and it contains 0.').waitFor()
  await alerts.getByText('Only 20 images are left today.').waitFor()
  await eventually(() => create(page).isDisabled(), true)
  await promptField(page).press('Control+Enter')

  await promptField(page).fill('{a|b}'.repeat(20))
  await alerts.getByText('This is more than 1000 prompts.').waitFor()
  await promptField(page).press('Control+Enter')
  await promptField(page).fill(`{a|b} ${'x'.repeat(10_000)}`)
  await alerts.getByText('longer than 10000 characters').waitFor()
  await promptField(page).press('Control+Enter')

  assert.ok(!page.url().includes('grids'))
  assert.deepEqual([sent, await stored(page)], [0, []])
  await promptField(page).fill('{a|b} apple')
  await alerts.first().waitFor({ state: 'detached' })
  await eventually(() => create(page).isEnabled(), true)
  assert.deepEqual(faults, [])
  await close()
})

test('a refused cell shows the reason, and is repeated alone', async () => {
  const { page, faults, close } = await open()
  await promptField(page).fill('a {red|blue|green} apple')
  await page.route('**/graphql', async (route) => {
    if (!isRequest(route, 'a blue apple')) return route.continue()
    const userErrors = [{ code: 'TOO_MANY_UNFINISHED', message: 'Too many.', path: [] }]
    await route.fulfill({ json: { data: { generateImage: { generation: null, userErrors } } } })
  })
  await create(page).click()
  await page.getByText('2 of 3 completed · 1 failed').waitFor()
  const cell = page.getByRole('cell', { name: /Too many unfinished images/ })
  await page.unroute('**/graphql')
  await cell.getByRole('button', { name: 'Try again: a blue apple' }).click()
  await page.getByText('3 of 3 completed').waitFor()
  const prompts = (await stored(page)).map(({ prompt }) => prompt)
  assert.deepEqual(prompts.sort(), ['a blue apple', 'a green apple', 'a red apple'])
  assert.deepEqual(faults, [])
  await close()
})

test('lines are one prompt until the user asks for one prompt per line', async () => {
  const { page, faults, close } = await open({ count: 2 })
  await promptField(page).fill('a red apple\na blue car')
  const byLine = preview(page).getByLabel('One prompt per line (2 lines)')
  await eventually(() => byLine.isChecked(), false)
  await eventually(() => preview(page).getByText('2 prompts').count(), 0)
  await byLine.check()
  await preview(page).getByText('2 prompts · 4 images').waitFor()
  await create(page).click()
  await page.getByText('2 of 2 completed').waitFor()
  await eventually(() => openImages(page).count(), 4)
  await page.getByRole('radio', { name: 'By seed' }).check({ force: true })
  const headings = await page.getByRole('columnheader').allInnerTexts()
  assert.equal(headings.length, 2)
  assert.match(headings[0] ?? '', /^Seed \d+$/)
  await page.getByRole('button', { name: 'Edit this prompt' }).click()
  await eventually(() => promptField(page).inputValue(), 'a red apple\na blue car')
  assert.deepEqual(faults, [])
  await close()
})

test('escaped braces are plain text, and alternatives may use different seeds', async () => {
  const { page, faults, close } = await open()
  await promptField(page).fill('a \\{red|blue\\} apple')
  await create(page).click()
  await page.getByRole('img', { name: 'a {red|blue} apple' }).first().waitFor()
  assert.equal(new URL(page.url()).hash.includes('grids'), false)

  await promptField(page).fill('a {red|blue} apple')
  await preview(page).getByLabel('Same seed for all prompts').uncheck()
  await create(page).click()
  await page.getByText('2 of 2 completed').waitFor()
  const seeds = (await stored(page)).filter(({ prompt }) => !prompt.includes('{'))
  assert.equal(new Set(seeds.map(({ seed }) => seed)).size, 2)
  await page.getByRole('link', { name: 'Prompt grids' }).click()
  await page.getByRole('link', { name: 'a {red|blue} apple' }).click()
  await page.getByText('2 of 2 completed').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`preview, table and list of grids have no axe violations, ${colorScheme}`, async () => {
    const { page, close } = await open({}, { colorScheme, reducedMotion: 'reduce' })
    const found: Record<string, string[]> = {}
    const scan = async (name: string) => {
      found[name] = await violations(page)
    }
    await promptField(page).fill('{a|b|c} {1|2|3}\n{x|y}')
    await preview(page).getByText('Show the prompts').click()
    await preview(page).getByRole('alert').first().waitFor()
    await scan('refused')
    await promptField(page).fill('a {red|blue} {apple|car}')
    await create(page).click()
    await page.getByText('4 of 4 completed').waitFor()
    await scan('table')
    await page.getByRole('link', { name: 'Prompt grids' }).click()
    await page.getByRole('heading', { name: 'Prompt grids' }).waitFor()
    await scan('list')
    assert.deepEqual(found, { refused: [], table: [], list: [] })
    await close()
  })
}
