import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type BrowserContext, chromium } from 'playwright-core'
import { EXECUTABLE, SWITCHES } from '../support/browser.ts'
import { Studio } from '../support/studio.ts'

let studio: Studio
let profile: string
let context: BrowserContext

/** A browser with a profile on disk: Chromium installs no app from a private window. */
before(async () => {
  studio = await Studio.start()
  profile = mkdtempSync(join(tmpdir(), 'genai-studio-profile-'))
  context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: [...SWITCHES],
  })
})

after(async () => {
  await context?.close()
  if (profile) rmSync(profile, { recursive: true, force: true })
  await studio?.stop()
})

test('the page can be installed as an app', async () => {
  const page = context.pages()[0] ?? (await context.newPage())
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(studio.linkFor('traveler'))
  const session = await context.newCDPSession(page)
  await session.send('Page.enable')
  const { url, errors } = await session.send('Page.getAppManifest')
  assert.equal(url, `${studio.url}/manifest.webmanifest`)
  assert.deepEqual(errors, [])
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  assert.deepEqual(installabilityErrors, [])

  const response = await page.request.get(url)
  assert.match(response.headers()['content-type'] ?? '', /^application\/manifest\+json/)
  assert.equal(response.headers()['cache-control'], 'no-cache')
  const { start_url, scope, icons } = await response.json()
  // Relative, so that they are correct under any path.
  assert.deepEqual([start_url, scope], ['./', './'])
  for (const { src, type } of icons) {
    const icon = await page.request.get(new URL(src, url).href)
    assert.equal(icon.status(), 200)
    assert.ok(icon.headers()['content-type']?.startsWith(type), src)
  }
  assert.deepEqual(faults, [])
})
