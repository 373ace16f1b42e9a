import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { drop } from '../support/drop.ts'
import { eventually } from '../support/eventually.ts'
import { choose, formValues, setCount, setNumber } from '../support/form.ts'
import { Studio } from '../support/studio.ts'
import { thumbnails } from '../support/studioPage.ts'

/** Imports of settings from pasted texts and dropped files, and refusals of the form. */

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'fixtures', 'recall')

let studio: Studio
let browser: Browser
let visitors = 0

before(async () => {
  studio = await Studio.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

async function openPage(): Promise<Visit> {
  visitors += 1
  const opened = await visit(browser, studio.linkFor(`importer-${visitors}`), {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await prompt(opened.page).waitFor()
  // The page loads the readers early. Without them, it inserts the text itself.
  await opened.page.waitForLoadState('networkidle')
  return opened
}

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true })
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const openAdvanced = (page: Page) => page.getByText('Advanced').click()

/** Paste at the caret, through the clipboard. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text)
  await page.keyboard.press('Control+V')
}

/** Fill the form with values that no import of these tests names. */
async function fillForm(page: Page): Promise<void> {
  await prompt(page).fill('a red fox in deep snow, oil painting')
  await setCount(page, 3)
  await choose(page, 'Style', 'Pixel art')
  await openAdvanced(page)
  await field(page, 'Negative prompt').fill('blurry')
  await setNumber(page, 'Steps', 60)
}

test('flags pasted into a filled form act, keep all text, and are undone in one step', async () => {
  const { page, faults, close } = await openPage()
  await fillForm(page)
  const before = await formValues(page)
  await prompt(page).focus()
  await page.keyboard.press('End')
  await paste(page, ' in rain --ar 16:9 --seed 5 --v 6')
  await page.getByText('Ignored: --v 6').waitFor()
  const { Width, Height, ...others } = await formValues(page)
  const { Width: _, Height: __, ...kept } = before
  assert.deepEqual(others, {
    ...kept,
    Prompt: 'a red fox in deep snow, oil painting in rain',
    Seed: '5',
  })
  assert.ok(Math.abs(Number(Width) / Number(Height) - 16 / 9) < 0.1, `${Width} × ${Height}`)
  await page.keyboard.type('y night')
  await eventually(
    () => prompt(page).inputValue(),
    'a red fox in deep snow, oil painting in rainy night',
  )
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually(() => formValues(page), before)

  await prompt(page).focus()
  await page.keyboard.press('End')
  await paste(page, ' --seed 5 --no fog')
  await page.getByText('Settings imported.').last().waitFor()
  assert.equal((await formValues(page))['Negative prompt'], 'blurry, fog')
  await page.keyboard.press('Control+Z')
  await eventually(() => formValues(page), before)
  assert.deepEqual(faults, [])
  await close()
})

test('text that only looks like settings is pasted as it is, at the caret', async () => {
  const { page, faults, close } = await openPage()
  for (const text of [
    'a quiet harbour --early morning, mist-- with one boat',
    'neon sign saying --hello-- on a wall',
    'Steps: 3 mossy stones going up to a shrine\nlit by lanterns',
  ]) {
    await prompt(page).fill('<>')
    await page.keyboard.press('Control+End')
    await page.keyboard.press('ArrowLeft')
    await paste(page, text)
    await eventually(() => prompt(page).inputValue(), `<${text}>`)
    await page.keyboard.press('Control+Z')
    await eventually(() => prompt(page).inputValue(), '<>')
  }
  await eventually(() => page.getByText('Settings imported').count(), 0)
  assert.deepEqual(faults, [])
  await close()
})

test('a pasted text is not lost while the readers are loading', async () => {
  const { page, close } = await openPage()
  await page.route(/readPastedText.*\.js$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await route.continue()
  })
  await page.reload()
  await prompt(page).fill('one ')
  await paste(page, 'Steps: 3 mossy stones')
  await page.waitForFunction(() =>
    document.querySelector<HTMLTextAreaElement>('form textarea')?.value.endsWith('mossy stones'),
  )
  await eventually(() => prompt(page).inputValue(), 'one Steps: 3 mossy stones')
  await close()
})

test('a pasted description sets what it names, and lists what changed', async () => {
  const { page, faults, close } = await openPage()
  await fillForm(page)
  const before = await formValues(page)
  await prompt(page).focus()
  await paste(
    page,
    'a wooden boat\nNegative prompt: fog\nSteps: 24, Sampler: Euler a, Seed: 3698135662, Size: 250x333',
  )
  await page.getByText('Ignored: Sampler').waitFor()
  await page.getByText('Size 250 × 333 → 248 × 336, Seed 3698135662 → 1550652014').waitFor()
  await eventually(() => formValues(page), {
    ...before,
    Prompt: 'a wooden boat',
    'Negative prompt': 'fog',
    Steps: '24',
    Seed: '1550652014',
    Width: '248',
    Height: '336',
  })
  await page.keyboard.press('Control+Z')
  await eventually(() => formValues(page), before)
  assert.deepEqual(faults, [])
  await close()
})

test('an image dropped anywhere in the window imports its settings', async () => {
  const { page, faults, close } = await openPage()
  for (const [route, name] of [
    ['/#/', 'fooocus.png'],
    ['/#/history', 'usercomment.webp'],
    ['/#/trash', 'invokeai.png'],
    ['/#/', 'comfyui.png'],
  ] as const) {
    await page.goto(studio.url + route)
    await page.reload()
    // The target of the drop appears with the navigation.
    await page.getByRole('navigation').first().waitFor()
    await drop(page, join(FIXTURES, name))
    await prompt(page).waitFor()
    await page.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('form textarea')?.value === 'a wooden boat',
    )
    assert.equal(page.url().replace('#/', ''), `${studio.url}/`)
    await prompt(page).fill('')
  }
  assert.deepEqual(faults, [])
  await close()
})

test('a drop that cannot be imported says why and keeps the form', async () => {
  const { page, faults, close } = await openPage()
  const folder = mkdtempSync(join(tmpdir(), 'genai-studio-folder-'))
  await prompt(page).fill('a red fox')
  await drop(page, folder, 200, 300)
  await page.getByText('is a folder. Drop an image from it instead.').waitFor()
  await drop(page, join(FIXTURES, 'README.md'), 1000, 700)
  await page.getByText('README.md is not a PNG, JPEG or WebP image.').waitFor()
  await eventually(() => prompt(page).inputValue(), 'a red fox')
  assert.equal(page.url(), `${studio.url}/`)
  assert.deepEqual(faults, [])
  rmSync(folder, { recursive: true })
  await close()
})

test('the images of other programs can be created again', async () => {
  const { page, faults, close } = await openPage()
  await openAdvanced(page)
  for (const [name, seed] of [
    ['large_seed.png', '1550652014'],
    ['random_seed.png', ''],
  ] as const) {
    await page.getByLabel('Import settings from an image…').setInputFiles(join(FIXTURES, name))
    await page.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('form textarea')?.value === 'a wooden boat',
    )
    await eventually(() => field(page, 'Seed').inputValue(), seed)
    const count = await thumbnails(page).count()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await thumbnails(page).nth(count).waitFor()
    await prompt(page).fill('')
  }
  assert.deepEqual(faults, [])
  await close()
})

test('typed seeds of other programs are mapped and named', async () => {
  const { page, faults, close } = await openPage()
  await openAdvanced(page)
  await field(page, 'Seed').pressSequentially('3698135662')
  await page.getByText('Seed 1550652014 is used instead.').waitFor()
  await eventually(() => field(page, 'Seed').inputValue(), '3698135662')
  await field(page, 'Seed').fill('')
  await field(page, 'Seed').pressSequentially('-1')
  await eventually(() => field(page, 'Seed').inputValue(), '-1')
  await eventually(
    () => page.getByRole('button', { name: 'Keep this seed', pressed: true }).count(),
    0,
  )
  assert.deepEqual(faults, [])
  await close()
})

for (const [label, refuse] of [
  [
    'Seed',
    async (page: Page) => {
      await setCount(page, 4)
      await field(page, 'Seed').fill('2147483647')
    },
  ],
  ['Negative prompt', (page: Page) => field(page, 'Negative prompt').fill('fog '.repeat(2_501))],
  ['Prompt', (page: Page) => prompt(page).fill('fog '.repeat(2_501))],
] as const) {
  test(`a refused ${label.toLowerCase()} is shown beside Create and in its field`, async () => {
    const { page, close } = await openPage()
    await prompt(page).fill('a red fox')
    await openAdvanced(page)
    await refuse(page)
    await openAdvanced(page)
    await prompt(page).focus()
    await page.keyboard.press('Control+Enter')
    await page
      .getByRole('alert')
      .filter({ hasText: `${label}:` })
      .waitFor()
    const refused = field(page, label)
    await eventually(() => refused.getAttribute('aria-invalid'), 'true')
    await eventually(() => refused.evaluate((element) => element === document.activeElement), true)
    await page.waitForFunction(() => {
      const { top, bottom } = document.activeElement?.getBoundingClientRect() ?? new DOMRect()
      return bottom > top && top >= 0 && bottom <= window.innerHeight
    })
    await refused.fill('7')
    await eventually(() => refused.getAttribute('aria-invalid'), null)
    await close()
  })
}
