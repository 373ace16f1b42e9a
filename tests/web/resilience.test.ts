import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page, Route } from 'playwright-core'
import { launch, visit } from './support/browser.ts'
import { Studio } from './support/studio.ts'

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
const image = (page: Page, words: string) =>
  page.getByRole('article').getByRole('img', { name: words, exact: true })

/** Stands between the page and the host's answers to `generateImage`; notes the keys it sees. */
async function intercept(page: Page, answer: (route: Route, time: number) => Promise<void>) {
  const keys: string[] = []
  await page.route('**/graphql', (route) => {
    const { query, variables } = route.request().postDataJSON()
    if (!query.includes('mutation GenerateImage')) return route.continue()
    keys.push(variables.input.clientRequestId)
    return answer(route, keys.length)
  })
  return keys
}

test('a draft survives a reload', async () => {
  const { page, close } = await visit(browser, studio.linkFor('writer'))
  await prompt(page).fill('a half written')
  await page.reload()
  await prompt(page).waitFor()
  assert.equal(await prompt(page).inputValue(), 'a half written')
  await close()
})

test('offline is said, and what was asked for meanwhile is made when the connection is back', async () => {
  const { page, close } = await visit(browser, studio.linkFor('traveler'))
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

test('an answer that is lost on its way makes no second image', async () => {
  const { page, close } = await visit(browser, studio.linkFor('unlucky'))
  const keys = await intercept(page, async (route, time) => {
    if (time > 1) return route.continue()
    await route.fetch() // the host has accepted it
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
  assert.equal(await page.getByRole('article').count(), 1)
  await close()
})

test('what could not be sent before a reload is sent after it, once', async () => {
  const { page, close } = await visit(browser, studio.linkFor('impatient'))
  const keys = await intercept(page, (route) => route.abort())
  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await page.getByText('sending it again').waitFor()
  await page.unroute('**/graphql')
  const resent = await intercept(page, (route) => route.continue())
  await page.reload()
  await image(page, 'a red apple').waitFor()
  assert.equal(await page.getByRole('article').count(), 1)
  assert.deepEqual([...new Set([...keys, ...resent])], [keys[0]])
  await page.reload()
  await image(page, 'a red apple').waitFor()
  assert.equal(resent.length, 1)
  await close()
})

test('what is made while the socket is away is shown when it is back', async () => {
  const link = studio.linkFor('underground')
  const { page, close } = await visit(browser, 'about:blank')
  const cut: (() => Promise<void>)[] = []
  let tunnel = false
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (tunnel) return void socket.close({ code: 1012 })
    socket.connectToServer()
    cut.push(() => socket.close({ code: 1012 }))
  })
  await page.goto(link)
  await page.getByRole('heading', { name: 'Try one of these' }).waitFor()
  tunnel = true
  for (const each of cut) await each()
  await page.getByText('The connection to the studio is gone').waitFor()
  await studio.make(link, ['a red apple'])
  assert.equal(await page.getByRole('article').count(), 0)
  tunnel = false
  await image(page, 'a red apple').waitFor()
  await page.getByText('The connection to the studio is gone').waitFor({ state: 'detached' })
  await close()
})

test('two tabs of one person show the same', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('double'))
  await prompt(page).waitFor()
  const other = await page.context().newPage()
  await other.goto(studio.url)
  await other.getByRole('heading', { name: 'Try one of these' }).waitFor()

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

test('signing out leaves nothing of the person in the browser, in no tab', async () => {
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
  await page.getByRole('heading', { name: 'Try one of these' }).waitFor()
  assert.equal(await prompt(page).inputValue(), '')
  assert.equal(await page.getByLabel('Earlier prompts').count(), 0)
  await close()
})
