import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { drop } from '../support/drop.ts'
import {
  create,
  type Edited,
  editorIsReady,
  newest,
  nextAfter,
  paint,
  shownMask,
} from '../support/editing.ts'
import { Studio } from '../support/studio.ts'

/** Sources that are files: dropped, pasted and chosen. */

let studio: Studio
let browser: Browser
let link: string
let source: Edited
let folder: string
/** A PNG of the studio, as a file. */
let file: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genai-studio-edit-'))
  studio = await Studio.start()
  browser = await launch()
  link = studio.linkFor('editor')
  await studio.generate(link, ['a red apple'])
  source = await newest(studio, link)
  const response = await fetch(source.images[0]?.url ?? '', { headers: { connection: 'close' } })
  file = join(folder, 'apple.png')
  writeFileSync(file, Buffer.from(await response.arrayBuffer()))
})

after(async () => {
  await browser?.close()
  await studio?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function chooseOperation(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name }).check({ force: true })
}

test('a dropped file is edited, kept over a reload, and uploaded once', async () => {
  const { page, faults, close } = await visit(browser, link)
  await page.getByLabel('Prompt', { exact: true }).waitFor()
  // The lower part of the window edits. The upper part would import the settings of the PNG.
  await drop(page, file, 640, 700)
  await editorIsReady(page)
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  assert.ok(page.url().endsWith(`#/edit/upload/${sha256}`))
  await paint(page, [0.3, 0.3], [0.7, 0.7])
  await page.getByLabel('Prompt', { exact: true }).fill('a pumpkin')
  await page.waitForTimeout(1_000)
  await page.reload()
  await editorIsReady(page)
  await page.waitForFunction(
    () => document.querySelector('[aria-label="Clear the mask"]')?.ariaDisabled === 'false',
  )
  assert.ok((await shownMask(page)) > 0)
  const uploads: string[] = []
  page.on('request', (request) => request.method() === 'PUT' && uploads.push(request.url()))
  let { id } = await newest(studio, link)
  for (const expected of [2, 2]) {
    await page.goto(`${studio.url}/#/edit/upload/${sha256}`)
    await editorIsReady(page)
    await page.waitForFunction(
      () => document.querySelector('[aria-label="Clear the mask"]')?.ariaDisabled === 'false',
    )
    await create(page).click()
    const edited = await nextAfter(studio, link, id)
    id = edited.id
    assert.equal(edited.operation, 'INPAINT')
    assert.notEqual(edited.sourceUploadId, null)
    assert.equal(uploads.length, expected)
  }
  assert.deepEqual(faults, [])
  await close()
})

test('a pasted image is edited, and a lost connection keeps it', async () => {
  const { page, close } = await visit(browser, link)
  await page.goto(`${studio.url}/#/edit`)
  await page.getByRole('heading', { name: 'Recent images' }).waitFor()
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }))
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
  }, readFileSync(file).toString('base64'))
  await editorIsReady(page)
  await chooseOperation(page, 'Restyle')
  await page.getByLabel('Prompt', { exact: true }).fill('a watercolor apple')
  await page.route('**/uploads/**', (route) => route.abort())
  await create(page).click()
  await page.getByRole('alert').getByText('The upload failed because').waitFor()
  await page.unroute('**/uploads/**')
  const { id } = await newest(studio, link)
  await page.getByRole('button', { name: 'Try again' }).click()
  const edited = await nextAfter(studio, link, id)
  assert.equal(edited.operation, 'IMAGE_TO_IMAGE')
  assert.notEqual(edited.sourceUploadId, null)
  await close()
})

test('an upload that the studio no longer has is sent again', async () => {
  const { page, faults, close } = await visit(browser, link)
  await page.goto(`${studio.url}/#/edit`)
  await page.getByLabel('Choose a file…').setInputFiles(file)
  await editorIsReady(page)
  await chooseOperation(page, 'Restyle')
  await page.getByLabel('Prompt', { exact: true }).fill('a paper apple')
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
  await page.evaluate((digest) => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
    const known = { [digest]: { id: '01a00000-0000-7000-8000-000000000000', expiresAt } }
    localStorage.setItem('genai-studio.my.uploads', JSON.stringify(known))
  }, sha256)
  const { id } = await newest(studio, link)
  await create(page).click()
  const edited = await nextAfter(studio, link, id)
  assert.notEqual(edited.sourceUploadId, '01a00000-0000-7000-8000-000000000000')
  assert.deepEqual(faults, [])
  await close()
})
