import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { ReverseProxy } from '../support/reverseProxy.ts'
import { prompt } from '../support/signIn.ts'
import { Studio } from '../support/studio.ts'

const BASE = '/studio'
const ACCEPT_CERTIFICATE = { ignoreHTTPSErrors: true }

let studio: Studio
let proxy: ReverseProxy
let browser: Browser
let tls: string

before(async () => {
  studio = await Studio.start({
    GENAI_STUDIO_BASE_PATH: BASE,
    GENAI_STUDIO_TRUSTED_PROXIES: '127.0.0.1',
  })
  tls = mkdtempSync(join(tmpdir(), 'genai-studio-tls-'))
  proxy = await ReverseProxy.start(new URL(studio.url).host, BASE, tls)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await proxy?.stop()
  await studio?.stop()
  rmSync(tls, { recursive: true, force: true })
})

const signInAt = (path: string) => `${proxy.origin}${BASE}${path}${new URL(studio.link).hash}`

test('the page under a path makes an image over TLS', async () => {
  const { page, faults, close } = await visit(browser, signInAt('/'), ACCEPT_CERTIFICATE)
  const socket = page.waitForEvent('websocket')
  await prompt(page).fill('a red apple')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const image = page.locator(`img[src*="${BASE}/images/"]`).first()
  await image.waitFor({ timeout: 90_000 })
  assert.ok((await image.getAttribute('src'))?.startsWith(`${proxy.origin}${BASE}/images/`))
  assert.equal((await socket).url(), `${proxy.origin.replace('https', 'wss')}${BASE}/graphql`)

  const manifest = await page.locator('link[rel=manifest]').getAttribute('href')
  assert.equal(manifest, `${BASE}/manifest.webmanifest`)
  const file = await page.request.get(`${proxy.origin}${manifest}`)
  assert.equal((await file.json()).start_url, './')

  await page.getByRole('link', { name: 'Library' }).click()
  await page.locator(`img[src*="${BASE}/images/"]`).first().waitFor()
  assert.equal(new URL(page.url()).pathname, `${BASE}/`)
  await page.getByRole('button', { name: 'Account' }).click()
  const explorer = await page.getByRole('link', { name: /API/ }).getAttribute('href')
  assert.equal(explorer, `${BASE}/graphiql`)

  const script = page.waitForResponse(/\/assets\/index-[^/]+\.js$/)
  await page.reload()
  assert.equal(await (await script).headerValue('content-encoding'), 'br')
  assert.deepEqual(faults, [])
  await close()
})

test('GraphiQL under a path runs a query', async () => {
  const { page, faults, close } = await visit(browser, signInAt('/graphiql'), ACCEPT_CERTIFICATE)
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await page.getByRole('button', { name: /Execute query/ }).click()
  await page.locator('.result-window').getByText('"username"').waitFor()
  assert.deepEqual(faults, [])
  await close()
})
