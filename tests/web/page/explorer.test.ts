import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
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

const result = (page: Page) => page.locator('.result-window')
const run = (page: Page) => page.getByRole('button', { name: /Execute query/ })

/** Wait for the editor, which GraphiQL shows after its toolbar. */
async function editorReady(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
}

async function openExample(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Open an example…' }).click()
  await page.getByRole('menuitem', { name, exact: true }).click()
}

test('GraphiQL is signed in, runs a query and receives subscription events', async () => {
  const { page, faults, close } = await visit(browser, `${studio.link.replace('/#', '/graphiql#')}`)
  assert.equal(page.url(), `${studio.url}/graphiql`)
  await editorReady(page)
  await run(page).click()
  await result(page).getByText('"username"').waitFor()
  await result(page).getByText('"artist"').waitFor()

  await page.getByRole('tab', { name: 'GenerationUpdated' }).click()
  await page.locator('.graphiql-query-editor').getByText('subscription GenerationUpdated').waitFor()
  const subscribed = page
    .waitForEvent('websocket')
    .then((socket) =>
      socket.waitForEvent('framesent', ({ payload }) => String(payload).includes('"subscribe"')),
    )
  await run(page).click()
  await subscribed
  const token = new URLSearchParams(new URL(studio.link).hash.slice(1)).get('token')
  const response = await fetch(`${studio.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'mutation { generateImage(input: {prompt: "a red apple"}) { generation { id } } }',
    }),
  })
  assert.equal(response.status, 200)
  await result(page).getByText('"SUCCEEDED"').waitFor()
  await page.getByRole('button', { name: /Stop query/ }).click()
  assert.deepEqual(faults, [])
  await close()
})

test('the project’s operations are available as examples', async () => {
  const { page, faults, close } = await visit(browser, `${studio.link.replace('/#', '/graphiql#')}`)
  await run(page).waitFor()
  await openExample(page, 'models')
  await page.getByText('query Models').waitFor()
  await run(page).click()
  await result(page).getByText('"models"').waitFor()
  assert.deepEqual(faults, [])
  await close()
})

test('without a token, the explorer asks for one', async () => {
  const { page, close } = await visit(browser, `${studio.url}/graphiql`)
  await page.getByLabel('Token or sign-in link').fill(studio.linkFor('explorer'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Signed in with this browser').waitFor()
  await editorReady(page)
  await run(page).click()
  await result(page).getByText('"explorer"').waitFor()
  await close()
})
