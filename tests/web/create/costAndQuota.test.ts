import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { choose, setCount } from '../support/form.ts'
import { Studio } from '../support/studio.ts'
import { imageOf, thumbnail, thumbnails } from '../support/studioPage.ts'

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start({
    GENAI_STUDIO_DAILY_IMAGES: '2',
    AWS_SM_EP: 'an-endpoint',
    AWS_DEFAULT_REGION: 'us-east-1',
  })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

test('shows the remaining quota, and an error when it is used up', async () => {
  const { page, faults, close } = await visit(browser, studio.link)
  await choose(page, 'Model', 'Emoji demonstration')
  const create = page.getByRole('button', { name: 'Create' })
  for (const left of [2, 1]) {
    await page.getByText(`${left} of 2 images left today`).waitFor()
    await page.getByLabel('Prompt', { exact: true }).fill(`a red apple, ${left}`)
    await create.click()
  }
  await page.getByText('0 of 2 images left today').waitFor()
  await page.getByLabel('Prompt', { exact: true }).fill('one apple too many')
  await create.click()
  await page.getByText('Daily image limit reached.').waitFor()
  await thumbnails(page).nth(1).waitFor()
  await eventually(() => thumbnails(page).count(), 2)
  await thumbnail(page, 'a red apple, 2').click()
  await imageOf(page, 'a red apple, 2').waitFor()
  await eventually(
    () => page.getByLabel('Prompt', { exact: true }).inputValue(),
    'one apple too many',
  )
  assert.deepEqual(faults, [])
  await close()
})

test('shows the estimated cost of a request', async () => {
  const { page, faults, close } = await visit(browser, studio.linkFor('saver'))
  await choose(page, 'Model', 'Stable Diffusion 2.1 base')
  await page.getByText('About US$0.0016 for 1 image').waitFor()
  await setCount(page, 4)
  await page.getByText('About US$0.0064 for 4 images').waitFor()
  assert.deepEqual(faults, [])
  await close()
})
