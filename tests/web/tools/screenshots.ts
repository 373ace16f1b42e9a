// Takes the pages as people see them, in all widths, themes and languages, against a real studio.
//   npm run screenshots            writes the few of docs/screenshots
//   npm run screenshots -- DIR     writes all of them into DIR as PNG, to look at

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import en from '../../../web/src/i18n/en.json' with { type: 'json' }
import zh from '../../../web/src/i18n/zh-CN.json' with { type: 'json' }
import { launch, visit } from '../support/browser.ts'
import { Studio } from '../support/studio.ts'

const PROMPTS = [
  'a red apple',
  'a cat on the beach',
  'a ghost in a meadow',
  'a castle at sunset',
  'a blue car in the snow',
  'an elephant at night',
  'a penguin in the snow',
  'a rocket in space',
  'a slice of pizza',
  'a whale',
  'a green tree',
  'a yellow banana',
]
const WORDS = { en, 'zh-CN': zh } as const
/** Holds no credentials for it, so that something fails. */
const ENDPOINT = {
  AWS_SM_EP: 'nowhere',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const MODEL = 'builtin-emoji'
const WIDTHS = [360, 768, 1280, 2560]
const HEIGHTS: Record<number, number> = { 360: 740, 768: 1024, 1280: 800, 2560: 1440 }
const KEPT = [
  { name: 'create', width: 1280, theme: 'light', language: 'en' },
  { name: 'history', width: 1280, theme: 'dark', language: 'en' },
  { name: 'image', width: 1280, theme: 'light', language: 'en' },
  { name: 'create', width: 360, theme: 'dark', language: 'zh-CN' },
]

interface Look {
  width: number
  theme: 'light' | 'dark'
  language: 'en' | 'zh-CN'
}

type Save = (page: Page, name: string, look: Look) => Promise<void>

async function shoot(browser: Browser, studio: Studio, link: string, look: Look, save: Save) {
  const { page, close } = await visit(browser, link, {
    viewport: { width: look.width, height: HEIGHTS[look.width] ?? 800 },
    colorScheme: look.theme,
    locale: look.language,
    reducedMotion: 'reduce',
  })
  const t = WORDS[look.language]
  await page
    .getByRole('article')
    .nth(PROMPTS.length - 1)
    .waitFor()
  await page.getByLabel(t.create.model).selectOption(MODEL)
  await save(page, 'create', look)
  await page.getByLabel(t.create.prompt, { exact: true }).fill('a red apple')
  await page.getByText(t.create.draftNote).waitFor()
  await page.getByText(t.create.advanced, { exact: true }).click()
  await save(page, 'draft', look)
  await page.getByRole('button', { name: t.app.account }).click()
  await page.getByText(t.account.quotaNone).waitFor()
  await save(page, 'account', look)
  await page.keyboard.press('Escape')
  await page.goto(`${studio.url}/#/history`)
  const first = page.locator('main li a').first()
  await first.waitFor()
  await save(page, 'history', look)
  await first.click()
  await page.getByRole('dialog').getByRole('img').waitFor()
  await save(page, 'image', look)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: t.history.filters }).click()
  for (const words of ['a whale', 'a green tree']) {
    const box = page.getByRole('checkbox', { name: words })
    await box.evaluate((element: HTMLElement) => element.click()) // shown on hover alone
  }
  await save(page, 'filters', look)
  await page.getByLabel(t.history.search).fill('lighthouse')
  await page.getByRole('link', { name: 'a lighthouse' }).click()
  await page.getByText(t.image.hintEnded).waitFor()
  await save(page, 'failed', look)
  await page.goto(`${studio.url}/#/history/image/nonsense/0`)
  await page.getByText(t.image.goneTitle).waitFor()
  await save(page, 'gone', look)
  await page.goto(`${studio.url}/#/trash`)
  await page.reload()
  await page.locator('main h2').waitFor()
  await save(page, 'trash', look)
  await page.goto(`${studio.url}/graphiql`)
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await save(page, 'explorer', look)
  await close()

  const newcomer = await visit(browser, studio.linkFor('newcomer'), {
    viewport: { width: look.width, height: HEIGHTS[look.width] ?? 800 },
    colorScheme: look.theme,
    locale: look.language,
  })
  await newcomer.page.getByRole('heading', { name: t.create.examples }).waitFor()
  await save(newcomer.page, 'empty', look)
  await newcomer.close()

  const stranger = await visit(browser, `${studio.url}/`, {
    viewport: { width: look.width, height: HEIGHTS[look.width] ?? 800 },
    colorScheme: look.theme,
    locale: look.language,
  })
  await stranger.page.getByRole('heading').waitFor()
  await save(stranger.page, 'sign-in', look)
  await stranger.close()
}

/** Chromium packs the image, so that no other tool is needed. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const base64 = await page.evaluate(async (data) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth
    canvas.height = image.naturalHeight
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.8).split(',')[1] ?? ''
  }, png.toString('base64'))
  return Buffer.from(base64, 'base64')
}

const [directory] = process.argv.slice(2)
const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs', 'screenshots')
const target = directory ?? docs
mkdirSync(target, { recursive: true })

const save: Save = async (page, name, look) => {
  await page.waitForTimeout(400) // fonts, images and their fading in
  const file = `${name}-${look.width}-${look.theme}-${look.language}`
  const png = await page.screenshot()
  if (directory) return writeFileSync(join(target, `${file}.png`), png)
  const wanted = KEPT.some(
    (kept) =>
      kept.name === name &&
      kept.width === look.width &&
      kept.theme === look.theme &&
      kept.language === look.language,
  )
  if (wanted) writeFileSync(join(target, `${file}.webp`), await asWebp(page, png))
}

const looks: Look[] = directory
  ? WIDTHS.flatMap((width) =>
      (['light', 'dark'] as const).flatMap((theme) =>
        (['en', 'zh-CN'] as const).map((language) => ({ width, theme, language })),
      ),
    )
  : KEPT.map(({ width, theme, language }) => ({ width, theme, language }) as Look)

const studio = await Studio.start(ENDPOINT)
const browser = await launch()
try {
  const link = studio.linkFor('artist')
  await studio.make(link, ['a lighthouse'], { model: 'stable-diffusion-2-1-base' })
  await studio.make(link, PROMPTS, { model: MODEL })
  await studio.make(link, ['a bird in the sky'], { model: MODEL, count: 4 })
  for (const look of looks) await shoot(browser, studio, link, look, save)
} finally {
  await browser.close()
  await studio.stop()
}
