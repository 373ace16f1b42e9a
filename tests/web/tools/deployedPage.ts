import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../support/browser.ts'
import { prompt, signedOut, signIn, signOut } from '../support/signIn.ts'

/**
 * Visit a deployed page as a user: sign in, create an image, upload a file, find the image in the
 * history, read that its signature is verified, use GraphiQL, sign out. The last line of the output
 * is a report. The exit code is 1 if a step does not succeed.
 *
 * Environment variables: PAGE_URL, STUDIO_USERNAME, STUDIO_PASSWORD, and for an emulated deployment
 * FRONT_PORT, the local port that serves all host names.
 */

const environment = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set.`)
  return value
}
const pageUrl = environment('PAGE_URL')
const frontPort = process.env.FRONT_PORT
const TIMEOUT_MS = frontPort ? 60_000 : 600_000

const CREATE_UPLOAD = readFileSync(
  new URL('../../../graphql/operations/createUpload.graphql', import.meta.url),
  'utf8',
)

const faults: string[] = []
const imageHosts = new Set<string>()

function recordFaults(page: Page): void {
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`HTTP ${response.status()}: ${response.url()}`)
  })
}

const generated = (page: Page, text: string) =>
  page.getByRole('article').getByRole('img', { name: text, exact: true }).first()

/** Wait until an image of the bucket is decoded. */
async function decoded(page: Page, text: string): Promise<void> {
  const image = generated(page, text)
  await image.waitFor()
  await image.evaluate((element: HTMLImageElement) => element.decode())
  const source = await image.evaluate((element: HTMLImageElement) => element.currentSrc)
  imageHosts.add(new URL(source).host)
}

async function createImage(page: Page, text: string): Promise<void> {
  await prompt(page).fill(text)
  await page.keyboard.press('Control+Enter')
  await decoded(page, text)
}

/** Upload a file from the page's origin, as its policy and the bucket's CORS rules permit. */
async function uploadFile(page: Page, api: string, authorization: string): Promise<void> {
  const send = async (request: { url: string; token: string; query: string }): Promise<string> => {
    const { url, token, query } = request
    const data = new Uint8Array(70_000)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
    const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const input = { contentType: 'image/png', bytes: data.length, sha256 }
    const created = await fetch(url, {
      method: 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
    })
    const { upload } = (await created.json()).data.createUpload
    const form = new FormData()
    for (const { name, value } of upload.fields) form.append(name, value)
    form.append('file', new Blob([data]))
    const sent = await fetch(upload.url, { method: upload.method, body: form })
    return `${sent.status} ${new URL(upload.url).host}`
  }
  const [status, host] = (
    await page.evaluate(send, {
      url: api,
      token: authorization,
      query: CREATE_UPLOAD,
    })
  ).split(' ')
  if (status !== '204') faults.push(`The upload was answered with ${status}.`)
  imageHosts.add(host ?? '')
}

async function useGraphiql(page: Page, creator: Page): Promise<void> {
  await page.goto(`${pageUrl}/graphiql`)
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  const run = page.getByRole('button', { name: /Execute query/ })
  const result = page.locator('.result-window')
  await run.click()
  await result.getByText('"username"').waitFor()
  await page.getByRole('tab', { name: 'GenerationUpdated' }).click()
  await page.locator('.graphiql-query-editor').getByText('subscription GenerationUpdated').waitFor()
  const acknowledged = page
    .waitForEvent('websocket')
    .then((socket) =>
      socket.waitForEvent('framereceived', ({ payload }) => String(payload).includes('start_ack')),
    )
  await run.click()
  await acknowledged
  await createImage(creator, 'a blue car')
  await result.getByText('"SUCCEEDED"').waitFor()
  await page.getByRole('button', { name: /Stop query/ }).click()
}

async function visit(browser: Browser): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(TIMEOUT_MS)
  const page = await context.newPage()
  recordFaults(page)
  const pushed: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => pushed.push(String(payload))),
  )
  await page.goto(pageUrl)
  await signedOut(page)
  await signIn(page, environment('STUDIO_USERNAME'), environment('STUDIO_PASSWORD'))
  await prompt(page).waitFor()

  const request = page.waitForRequest(
    (one) => one.url().includes('/graphql') && one.method() === 'POST',
  )
  await createImage(page, 'a red apple')
  const sent = await request
  await uploadFile(page, sent.url(), sent.headers().authorization ?? '')
  const delivered = pushed.filter((frame) => frame.includes('"status":"SUCCEEDED"'))
  if (!delivered.some((frame) => frame.includes('X-Amz-Signature'))) {
    faults.push('The subscription pushed no presigned URL.')
  }
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByRole('link', { name: 'Open a red apple' }).first().waitFor()
  await page.reload()
  await page.getByRole('link', { name: 'Open a red apple' }).first().click()
  await page.getByText('Verified: unchanged since this studio signed it.').waitFor()
  await page.goto(pageUrl)
  await decoded(page, 'a red apple')

  const explorer = await context.newPage()
  recordFaults(explorer)
  await useGraphiql(explorer, page)
  await explorer.close()
  await signOut(page)
  await context.close()
}

const browser = await launch(
  ...(frontPort
    ? [
        `--host-resolver-rules=MAP *.amazonaws.com 127.0.0.1:${frontPort}, MAP *.amplifyapp.com 127.0.0.1:${frontPort}`,
        '--ignore-certificate-errors',
      ]
    : []),
)
try {
  await visit(browser)
} catch (error) {
  faults.push(`step: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await browser.close()
}
console.log(JSON.stringify({ faults, imageHosts: [...imageHosts] }))
