import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page, Route } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'
import { thumbnails } from '../support/studioPage.ts'

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

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })
const image = (page: Page, promptText: string) =>
  page.getByRole('article').getByRole('img', { name: promptText, exact: true })

/** Intercept `generateImage` requests. Returns the list of their `clientRequestId` values. */
async function intercept(page: Page, respond: (route: Route, attempt: number) => Promise<void>) {
  const keys: string[] = []
  await page.route('**/graphql', (route) => {
    const { query, variables } = route.request().postDataJSON()
    if (!query.includes('mutation GenerateImage')) return route.continue()
    keys.push(variables.input.clientRequestId)
    return respond(route, keys.length)
  })
  return keys
}

test('the prompt survives a reload', async () => {
  const { page, close } = await visit(browser, studio.linkFor('writer'))
  await prompt(page).fill('a half written')
  await page.reload()
  await prompt(page).waitFor()
  await eventually(() => prompt(page).inputValue(), 'a half written')
  await close()
})

test('reports that the browser is offline and sends requests after the reconnect', async () => {
  const { page, close } = await visit(browser, studio.linkFor('traveler'))
  await prompt(page).fill('a red apple')
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('No response. Retrying').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('article').getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  await thumbnails(page).nth(0).waitFor()
  await eventually(() => thumbnails(page).count(), 1)
  await close()
})

test('a page whose scripts were not loaded appears after the reconnect', async () => {
  const { page, close } = await visit(browser, studio.linkFor('walker'))
  await prompt(page).fill('a red apple')
  await page.context().setOffline(true)
  await page.getByText('You are offline').first().waitFor()
  await page.getByRole('link', { name: 'Trash' }).click()
  await page.getByText('Loading…').last().waitFor()
  await page.context().setOffline(false)
  await page.getByText('The trash is empty').waitFor()
  await page.getByRole('link', { name: 'Create' }).click()
  await eventually(() => prompt(page).inputValue(), 'a red apple')
  await close()
})

test('a page that cannot reach the studio says so, and opens on request', async () => {
  const { page, close } = await visit(browser, studio.linkFor('early'))
  await page.route('**/amplify_outputs.json', (route) => route.abort())
  await page.reload()
  await page.getByText('Cannot connect to the studio').waitFor()
  await page.unroute('**/amplify_outputs.json')
  await page.getByRole('button', { name: 'Try again' }).click()
  await prompt(page).waitFor()
  await close()
})

test('a lost response does not create a second image', async () => {
  const { page, close } = await visit(browser, studio.linkFor('unlucky'))
  const keys = await intercept(page, async (route, attempt) => {
    if (attempt > 1) return route.continue()
    await route.fetch() // the server has accepted it
    await route.abort()
  })
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await image(page, 'a red apple').waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).waitFor()
  assert.equal(keys.length, 2)
  assert.equal(keys[0], keys[1])
  await page.reload()
  await image(page, 'a red apple').waitFor()
  await thumbnails(page).nth(0).waitFor()
  await eventually(() => thumbnails(page).count(), 1)
  await close()
})

test('a stored request that is refused later says why and offers its prompt', async () => {
  const { page, close } = await visit(browser, studio.linkFor('late'))
  await intercept(page, (route) => route.abort())
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await page.getByText('No response. Retrying').waitFor()
  await page.unroute('**/graphql')
  const userErrors = [{ code: 'QUOTA_EXCEEDED', message: 'Limit: 3 images.', path: [] }]
  await intercept(page, (route) =>
    route.fulfill({ json: { data: { generateImage: { generation: null, userErrors } } } }),
  )
  await page.reload()
  await page.getByText('The saved request “a red apple” was refused.').waitFor()
  await page.getByText('Limit: 3 images.').waitFor()
  await prompt(page).fill('')
  await page.getByRole('button', { name: 'Reuse prompt' }).click()
  await eventually(() => prompt(page).inputValue(), 'a red apple')
  await close()
})

test('a request that failed before a reload is sent once after it', async () => {
  const { page, close } = await visit(browser, studio.linkFor('impatient'))
  const keys = await intercept(page, (route) => route.abort())
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await page.getByText('No response. Retrying').waitFor()
  // Leave the page first: it would send its next retry, and not read the response.
  const address = page.url()
  await page.goto('about:blank')
  await page.unroute('**/graphql')
  const resent = await intercept(page, (route) => route.continue())
  await page.goto(address)
  await image(page, 'a red apple').waitFor()
  await thumbnails(page).nth(0).waitFor()
  await eventually(() => thumbnails(page).count(), 1)
  assert.deepEqual([...new Set([...keys, ...resent])], [keys[0]])
  await page.reload()
  await image(page, 'a red apple').waitFor()
  assert.equal(resent.length, 1)
  await close()
})

test('images created while the socket is closed appear after the reconnect', async () => {
  const link = studio.linkFor('underground')
  const { page, close } = await visit(browser, 'about:blank')
  const closeSockets: (() => Promise<void>)[] = []
  let isBlocked = false
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (isBlocked) return void socket.close({ code: 1012 })
    socket.connectToServer()
    closeSockets.push(() => socket.close({ code: 1012 }))
  })
  await page.goto(link)
  await page.getByRole('heading', { name: 'Try an example' }).waitFor()
  isBlocked = true
  for (const each of closeSockets) await each()
  await page.getByText('Connection lost. Reconnecting').waitFor()
  await studio.generate(link, ['a red apple'])
  await eventually(() => page.getByRole('article').count(), 0)
  isBlocked = false
  await image(page, 'a red apple').waitFor()
  await page.getByText('Connection lost. Reconnecting').waitFor({ state: 'detached' })
  await close()
})

test('live updates start although the first lists have not been answered', async () => {
  const { page, close } = await visit(browser, studio.linkFor('patient'))
  await prompt(page).waitFor()
  // A proxy may accept a request and never answer it.
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('query Generations') ? undefined : route.continue(),
  )
  const opened = page.waitForEvent('websocket')
  await page.reload()
  await (await opened).waitForEvent('framereceived')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await close()
})

test('two tabs of one user show the same state', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('double'))
  await prompt(page).waitFor()
  const other = await page.context().newPage()
  await other.goto(studio.url)
  await other.getByRole('heading', { name: 'Try an example' }).waitFor()

  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await image(other, 'a red apple').waitFor()

  for (const each of [page, other]) await each.goto(`${studio.url}/#/history`)
  const cell = (each: Page) => each.locator('main li').filter({ has: each.getByRole('link') })
  await cell(page).hover()
  await cell(page).getByRole('button', { name: 'Favorite' }).click()
  await cell(other).getByRole('button', { name: 'Favorite', pressed: true }).waitFor()
  await cell(other).getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No images yet').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('signing out clears all personal data in all tabs', async () => {
  const { page, close } = await visit(browser, studio.linkFor('secretive'))
  await prompt(page).fill('a secret apple')
  await page.keyboard.press('Control+Enter')
  await image(page, 'a secret apple').waitFor()
  const other = await page.context().newPage()
  await other.goto(`${studio.url}/graphiql`)
  await other.locator('.graphiql-query-editor .view-line').first().waitFor()
  await other.getByRole('button', { name: /Execute query/ }).click()
  await other.locator('.result-window').getByText('"secretive"').waitFor()
  await other.goto(`${studio.url}/#/history`)
  await other.getByRole('link', { name: 'Open a secret apple' }).waitFor()
  await prompt(page).fill('a secret draft')

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  for (const each of [page, other]) {
    await each.getByRole('heading', { name: 'Sign in to the studio' }).waitFor()
    assert.doesNotMatch(await each.content(), /secret/)
  }
  const left = await page.evaluate(async () => ({
    local: Object.keys(localStorage).sort(),
    session: { ...sessionStorage },
    cookies: document.cookie,
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))
  assert.deepEqual(left, {
    local: ['genai-studio.theme'],
    session: {},
    cookies: '',
    databases: [],
    caches: [],
    workers: 0,
  })
  await page.goto(studio.linkFor('successor'))
  await page.getByRole('heading', { name: 'Try an example' }).waitFor()
  await eventually(() => prompt(page).inputValue(), '')
  await eventually(() => page.getByLabel('Recent prompts').count(), 0)
  await close()
})
