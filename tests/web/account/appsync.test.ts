import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page, WebSocket } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { prompt, signedOut, signOut, signUp, storedToken } from '../support/signIn.ts'
import { Studio } from '../support/studio.ts'
import { UserPool } from '../support/userPool.ts'

// The page as deployed in an AWS account, with Cognito and AppSync.
let pool: UserPool
let studio: Studio
let browser: Browser
let api: string

before(async () => {
  pool = await UserPool.start()
  studio = await Studio.startBehindAppsync(pool.environment)
  browser = await launch()
  const outputs = await fetch(`${studio.url}/amplify_outputs.json`)
  api = ((await outputs.json()) as { data: { url: string } }).data.url
})

after(async () => {
  await browser?.close()
  await studio?.stop()
  await pool?.stop()
})

const image = (page: Page, promptText: string) =>
  page.getByRole('article').getByRole('img', { name: promptText, exact: true })

/** Return the faults except for requests to the user pool and AppSync, which are expected. */
function unexpected({ faults }: Visit): string[] {
  const { host } = new URL(api)
  const allowed = [`request to ${pool.url}/`, `request to ${api}`, `socket to ws://${host}/`]
  return faults.filter((fault) => !allowed.some((each) => fault.startsWith(each)))
}

/** Record the WebSocket messages that the page receives from now on. */
function receivedFrames(page: Page): string[] {
  const frames: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
  )
  return frames
}

async function signUpVisitor(email: string): Promise<Visit> {
  const visitor = await visit(browser, studio.link)
  visitor.page.setDefaultTimeout(30_000)
  await signedOut(visitor.page)
  await signUp(visitor.page, pool, email)
  return visitor
}

test('creates an image over AppSync and receives progress and the result', async () => {
  const visitor = await visit(browser, studio.link)
  const { page, close } = visitor
  const frames = receivedFrames(page)
  const socket = page.waitForEvent('websocket')
  await signedOut(page)
  await signUp(page, pool, 'artist@example.com')
  assert.equal((await socket).url(), `${api.replace('http:', 'ws:')}/realtime`)

  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await image(page, 'a red apple').waitFor()
  assert.ok(frames.some((frame) => frame.includes('"start_ack"')))
  const pushed = frames.filter((frame) => frame.includes('"type":"data"'))
  assert.ok(pushed.some((frame) => frame.includes('"progress":{"attempt":1')))
  assert.ok(pushed.some((frame) => frame.includes('"status":"SUCCEEDED"')))

  await page.reload()
  await image(page, 'a red apple').waitFor()
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByLabel('Search prompts').fill('apple')
  await page.getByRole('link', { name: 'Open a red apple' }).waitFor()
  assert.deepEqual(unexpected(visitor), [])
  await signOut(page)
  await close()
})

test('does not receive events of another user', async () => {
  const ada = await signUpVisitor('ada@example.com')
  const grace = await visit(browser, studio.link)
  const frames = receivedFrames(grace.page)
  await signUp(grace.page, pool, 'grace@example.com')
  for (const { page } of [ada, grace]) await prompt(page).fill(`a cat on the beach`)
  await ada.page.keyboard.press('Control+Enter')
  await image(ada.page, 'a cat on the beach').waitFor()
  await prompt(grace.page).fill('a blue car')
  await grace.page.keyboard.press('Control+Enter')
  await image(grace.page, 'a blue car').waitFor()
  assert.ok(frames.some((frame) => frame.includes('a blue car')))
  assert.ok(!frames.some((frame) => frame.includes('a cat on the beach')))
  for (const { close } of [ada, grace]) await close()
})

test('the explorer runs queries and subscriptions over AppSync', async () => {
  const visitor = await signUpVisitor('explorer@example.com')
  const { page, close } = visitor
  const token = await storedToken(page, 'accessToken')
  await page.goto(`${studio.url}/graphiql`)
  await page.getByText('Signed in with this browser').waitFor()
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  const run = page.getByRole('button', { name: /Execute query/ })
  const result = page.locator('.result-window')
  await run.click()
  await result.getByText('"username"').waitFor()

  await page.getByRole('tab', { name: 'GenerationUpdated' }).click()
  await page.locator('.graphiql-query-editor').getByText('subscription GenerationUpdated').waitFor()
  const acknowledged = page
    .waitForEvent('websocket')
    .then((socket: WebSocket) =>
      socket.waitForEvent('framereceived', ({ payload }) => String(payload).includes('start_ack')),
    )
  await run.click()
  await acknowledged
  const response = await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: token },
    body: JSON.stringify({
      query: 'mutation { generateImage(input: {prompt: "a red apple"}) { generation { id } } }',
    }),
  })
  assert.equal(response.status, 200)
  await result.getByText('"SUCCEEDED"').waitFor()
  await page.getByRole('button', { name: /Stop query/ }).click()
  assert.deepEqual(unexpected(visitor), [])
  await close()
})
