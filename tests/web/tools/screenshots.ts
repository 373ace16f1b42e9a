// Take screenshots of all pages against a real studio.
//   npm run screenshots            writes the selected WebP files of docs/screenshots
//   npm run screenshots -- DIR     writes all pages, widths, themes and languages to DIR as PNG

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import en from '../../../web/src/i18n/en.json' with { type: 'json' }
import zh from '../../../web/src/i18n/zh-CN.json' with { type: 'json' }
import { launch, visit } from '../support/browser.ts'
import { catalogName, choose } from '../support/form.ts'
import { FAILING_ENDPOINT, Studio } from '../support/studio.ts'

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
/** A prompt for the live draft. The model supports English and Chinese. */
const DRAFT_PROMPTS = { en: 'a fox in the forest', 'zh-CN': '森林里的狐狸' } as const
const BOARDS = ['Landscapes', 'Food', 'Ideas'] as const
const FAILED_PROMPT = 'a lighthouse'
const TEXTS = { en, 'zh-CN': zh } as const
const MODEL = 'builtin-emoji'
const FAILING_MODEL = 'stable-diffusion-2-1-base'
const HEIGHTS: Record<number, number> = { 360: 740, 768: 1024, 1280: 800, 1920: 1080, 2560: 1440 }
/** Below this width, the settings are in an overlay. Pixels. */
const COLUMNS_WIDTH = 1200

interface Variant {
  width: number
  theme: 'light' | 'dark'
  language: 'en' | 'zh-CN'
}

const DOCS: ({ page: string } & Variant)[] = [
  { page: 'create', width: 1280, theme: 'light', language: 'en' },
  { page: 'create', width: 1280, theme: 'light', language: 'zh-CN' },
  { page: 'history', width: 1280, theme: 'dark', language: 'en' },
  { page: 'image', width: 1280, theme: 'light', language: 'en' },
  { page: 'create', width: 360, theme: 'dark', language: 'zh-CN' },
]

interface Links {
  /** A user whose generations all succeeded. */
  artist: string
  /** A user with a failed generation. */
  unlucky: string
  /** A user without generations. */
  newcomer: string
}

type Save = (page: Page, name: string, variant: Variant) => Promise<void>

async function capturePages(
  browser: Browser,
  url: string,
  links: Links,
  variant: Variant,
  save: Save,
) {
  const t = TEXTS[variant.language]
  const options: BrowserContextOptions = {
    viewport: { width: variant.width, height: HEIGHTS[variant.width] ?? 800 },
    colorScheme: variant.theme,
    locale: variant.language,
    reducedMotion: 'reduce',
  }

  const artist = await visit(browser, links.artist, options)
  const { page } = artist
  await page.getByRole('list', { name: t.canvas.filmstrip }).getByRole('link').nth(4).waitFor()
  const hasColumns = variant.width >= COLUMNS_WIDTH
  if (!hasColumns) {
    await page.getByRole('button', { name: t.create.settings, exact: true }).click()
    await page.getByRole('dialog', { name: t.create.settings }).waitFor()
  }
  await choose(page, t.create.model, catalogName(variant.language, 'Emoji demonstration'))
  await page.getByText(t.create.advanced, { exact: true }).click()
  await save(page, 'settings', variant)
  await page.getByText(t.create.advanced, { exact: true }).click()
  if (!hasColumns) {
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page
    .getByRole('textbox', { name: t.create.prompt, exact: true })
    .fill(DRAFT_PROMPTS[variant.language])
  await page.getByText(t.create.draftNote).waitFor()
  await save(page, 'create', variant)
  await page.getByRole('button', { name: new RegExp(`^${t.create.style}: `) }).click()
  await page.getByRole('dialog', { name: t.create.style, exact: true }).waitFor()
  await save(page, 'style', variant)
  await page.keyboard.press('Escape')
  await page
    .getByRole('textbox', { name: t.create.prompt, exact: true })
    .fill('a {red|blue} {apple|car}')
  await page.getByText('a blue car', { exact: true }).waitFor({ state: 'attached' })
  await save(page, 'grid-preview', variant)
  await page.getByRole('textbox', { name: t.create.prompt, exact: true }).fill('')
  await page.getByRole('button', { name: t.app.account }).click()
  await page.getByText(t.account.quotaNone).waitFor()
  await save(page, 'account', variant)
  await page.keyboard.press('Escape')
  await page.goto(`${url}/#/history`)
  const first = page.locator('main li a').first()
  await first.waitFor()
  await save(page, 'history', variant)
  await first.click()
  await page.getByRole('dialog').getByRole('img').waitFor()
  await save(page, 'image', variant)
  await page.getByRole('dialog').getByRole('link', { name: t.edit.edit, exact: true }).click()
  await page.getByRole('application').getByRole('img').waitFor()
  await save(page, 'edit', variant)
  await page.goto(`${url}/#/history`)
  await first.waitFor()
  await page.getByRole('button', { name: t.history.filters }).click()
  for (const prompt of ['a whale', 'a green tree']) {
    const checkbox = page.getByRole('checkbox', { name: prompt })
    // The checkbox is visible on hover only, so Playwright would not click it.
    await checkbox.evaluate((element: HTMLElement) => element.click())
  }
  await save(page, 'filters', variant)
  await page.getByRole('button', { name: t.compare.selected, exact: true }).click()
  await page.getByRole('slider').waitFor()
  await save(page, 'compare', variant)
  await page.locator('main').press('?')
  await page.getByRole('dialog', { name: t.keys.title }).waitFor()
  await save(page, 'keys', variant)
  await page.keyboard.press('Escape')
  await page.goto(`${url}/#/boards`)
  await page
    .getByRole('link', { name: BOARDS[0] })
    .locator('img:not([aria-hidden])')
    .nth(3)
    .waitFor()
  await save(page, 'boards', variant)
  await page.getByRole('link', { name: BOARDS[0] }).click()
  await first.waitFor()
  await page.getByRole('checkbox', { name: 'a whale' }).evaluate((box: HTMLElement) => box.click())
  await save(page, 'board', variant)
  await page.getByRole('button', { name: t.boards.add }).click()
  await page.getByRole('checkbox', { name: BOARDS[0] }).waitFor()
  await save(page, 'add-to-board', variant)
  await page.keyboard.press('Escape')
  await page.goto(`${url}/#/history/image/nonsense/0`)
  await page.getByText(t.image.notFoundTitle).waitFor()
  await save(page, 'not-found', variant)
  await page.goto(`${url}/#/trash`)
  await page.reload()
  await page.locator('main h2').waitFor()
  await save(page, 'trash', variant)
  await page.goto(`${url}/graphiql`)
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await save(page, 'explorer', variant)
  await artist.close()

  const unlucky = await visit(browser, links.unlucky, options)
  await unlucky.page.getByText(t.queue.failed, { exact: true }).waitFor()
  await save(unlucky.page, 'create-failed', variant)
  await unlucky.page.goto(`${url}/#/history`)
  await unlucky.page.getByRole('link', { name: FAILED_PROMPT }).click()
  await unlucky.page.getByRole('dialog').getByText(t.queue.failed, { exact: true }).waitFor()
  await save(unlucky.page, 'failed', variant)
  await unlucky.close()

  const newcomer = await visit(browser, links.newcomer, options)
  await newcomer.page.getByRole('heading', { name: t.create.examples }).waitFor()
  await save(newcomer.page, 'empty', variant)
  await newcomer.close()

  const signedOut = await visit(browser, `${url}/`, options)
  await signedOut.page.getByLabel(t.signIn.field).waitFor()
  await save(signedOut.page, 'sign-in', variant)
  await signedOut.close()
}

/** Wait until every image in the viewport is decoded and fully opaque, and the fonts are loaded. */
async function waitForImages(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const visible = [...document.images].filter((image) => {
      const { top, bottom, width } = image.getBoundingClientRect()
      return width > 0 && bottom > 0 && top < window.innerHeight
    })
    return visible.every(
      (image) =>
        image.complete && image.naturalWidth > 0 && getComputedStyle(image).opacity === '1',
    )
  })
  await page.evaluate(async () => {
    await document.fonts.ready
    // Images outside of the viewport may be lazy, and decode() would wait for them.
    await Promise.all(
      [...document.images].filter((image) => image.complete).map((image) => image.decode()),
    )
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}

/** Convert a PNG to WebP in the browser, so that no other tool is needed. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
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

const save: Save = async (page, name, { width, theme, language }) => {
  const inDocs = DOCS.some(
    (shot) =>
      shot.page === name &&
      shot.width === width &&
      shot.theme === theme &&
      shot.language === language,
  )
  if (!directory && !inDocs) return
  await waitForImages(page)
  // A focus ring would mark the control that was used last.
  await page.evaluate(
    () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  )
  const file = join(target, `${name}-${width}-${theme}-${language}`)
  const png = await page.screenshot()
  if (directory) writeFileSync(`${file}.png`, png)
  else writeFileSync(`${file}.webp`, await toWebp(page, png))
}

const variants: Variant[] = directory
  ? Object.keys(HEIGHTS).flatMap((width) =>
      (['light', 'dark'] as const).flatMap((theme) =>
        (['en', 'zh-CN'] as const).map((language) => ({ width: Number(width), theme, language })),
      ),
    )
  : DOCS

const studio = await Studio.start(FAILING_ENDPOINT)
const browser = await launch()
try {
  const links: Links = {
    artist: studio.linkFor('artist'),
    unlucky: studio.linkFor('unlucky'),
    newcomer: studio.linkFor('newcomer'),
  }
  await studio.generate(links.unlucky, [FAILED_PROMPT], { model: FAILING_MODEL })
  await studio.generate(links.artist, PROMPTS, { model: MODEL })
  await studio.generate(links.artist, ['a bird in the sky'], { model: MODEL, count: 4 })
  for (const [index, name] of BOARDS.entries())
    await studio.createBoard(links.artist, name, [8, 3, 0][index] ?? 0)
  for (const variant of variants) await capturePages(browser, studio.url, links, variant, save)
} finally {
  await browser.close()
  await studio.stop()
}
