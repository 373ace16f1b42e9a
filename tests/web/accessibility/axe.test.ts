import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import en from '../../../web/src/i18n/en.json' with { type: 'json' }
import zh from '../../../web/src/i18n/zh-CN.json' with { type: 'json' }
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { catalogName, chip, choose, setNumber } from '../support/form.ts'
import { FAILING_ENDPOINT, Studio } from '../support/studio.ts'
import { violations } from '../support/violations.ts'

const LANGUAGES = { en, 'zh-CN': zh } as const
const LOCAL = 'builtin-emoji'
const REMOTE = 'stable-diffusion-2-1-base'
const PICKER_LABELS = ['model', 'size', 'style', 'count', 'seed'] as const
/** Violations in GraphiQL: buttons inside tabs, and low contrast of line numbers. */
const GRAPHIQL_SELECTORS = ['.graphiql-tabs', '.line-numbers']

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start(FAILING_ENDPOINT)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

test('the example prompts fit a phone screen', async () => {
  const viewport = { width: 360, height: 740 }
  const { page, close } = await visit(browser, studio.linkFor('newcomer'), { viewport })
  await page.getByRole('heading', { name: en.create.examples }).waitFor()
  await eventually(() => page.evaluate(() => document.documentElement.scrollWidth), 360)
  await close()
})

/** Build the expected result, so that one assertion reports the violations of all states. */
function withoutViolations(found: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.keys(found).map((name) => [name, []]))
}

/** Each language and each theme. A scan of a page takes longer than any other test. */
const VARIANTS = [
  ['en', 'light'],
  ['zh-CN', 'dark'],
] as const

for (const [language, colorScheme] of VARIANTS) {
  const t = LANGUAGES[language]
  const contextOptions = { locale: language, colorScheme, reducedMotion: 'reduce' } as const

  test(`pages with content have no axe violations, ${language}, ${colorScheme}`, async () => {
    const link = studio.linkFor(`reader-${language}-${colorScheme}`)
    await studio.generate(link, ['a red apple', 'a castle at sunset'], { model: LOCAL })
    await studio.createBoard(link, 'Fruit', 1)
    await studio.generate(link, ['a lighthouse'], { model: REMOTE })
    const { page, close } = await visit(browser, link, contextOptions)
    const found: Record<string, string[]> = {}
    const scan = async (name: string, options?: Parameters<typeof violations>[1]) => {
      found[name] = await violations(page, options)
    }
    const imageLink = (prompt: string) => page.getByRole('link', { name: prompt })
    const dialog = page.getByRole('dialog')

    await page.getByRole('list', { name: t.canvas.filmstrip }).getByRole('link').nth(2).waitFor()
    await page.getByRole('region', { name: t.image.details }).getByText(t.image.seed).waitFor()
    await page.getByText(t.queue.failed, { exact: true }).waitFor()
    await choose(page, t.create.model, catalogName(language, 'Emoji demonstration'))
    await page.getByText(t.create.advanced, { exact: true }).click()
    await page.getByLabel(t.create.prompt, { exact: true }).fill('a red apple')
    await page.getByText(t.create.draftNote).waitFor()
    await scan('create, with a draft and a failure')
    for (const label of PICKER_LABELS) {
      await chip(page, t.create[label]).click()
      await page.getByRole('dialog', { name: t.create[label], exact: true }).waitFor()
      if (label === 'model') await page.getByRole('dialog').getByText(t.create.ownModel).click()
      await scan(`create, with the picker of ${label}`)
      await page.keyboard.press('Escape')
    }

    await choose(page, t.create.model, catalogName(language, 'Stable Diffusion 2.1 base'))
    await setNumber(page, t.create.width, 1024)
    await setNumber(page, t.create.height, 1024)
    await page.getByLabel(t.create.prompt, { exact: true }).fill('一个红苹果')
    await page.locator('[aria-invalid=true]').waitFor()
    await scan('create, with field errors')

    await page.getByRole('button', { name: t.app.account }).click()
    await page.getByText(t.account.quotaNone).waitFor()
    await scan('account')
    await page.keyboard.press('Escape')

    await page.locator('main').press('?')
    await page.getByRole('dialog', { name: t.keys.title }).waitFor()
    await scan('keys')
    await page.keyboard.press('Escape')

    await page.context().setOffline(true)
    await page.getByText(t.app.offline).waitFor()
    await scan('offline')
    await page.context().setOffline(false)

    await page.getByRole('link', { name: t.app.history }).click()
    await imageLink('a red apple').waitFor()
    await page.getByRole('button', { name: t.history.filters }).click()
    await page.getByRole('checkbox', { name: 'a red apple' }).check({ force: true })
    await scan('history, with filters and a selection')
    await page.getByRole('button', { name: t.dates.any }).click()
    await page.getByRole('grid').waitFor()
    await scan('history, with the calendar')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: t.history.clearFilters }).waitFor()
    await page.getByLabel(t.history.search).fill('submarine')
    await page.getByText(t.history.emptyFilteredTitle).waitFor()
    await scan('history, nothing found')
    await page.getByRole('button', { name: t.history.clearFilters }).click()
    // While there is a selection, a click selects.
    await page.getByRole('button', { name: t.history.clearSelection }).click()

    await imageLink('a red apple').click()
    await dialog.getByText(t.image.seed, { exact: true }).waitFor()
    await scan('image')
    await page.keyboard.press('Escape')
    await imageLink('a lighthouse').click()
    await dialog.getByText(t.queue.failed, { exact: true }).waitFor()
    await scan('image that failed')
    await dialog.getByRole('button', { name: t.image.more }).click()
    const remove = page.getByRole('menuitem', { name: t.history.delete })
    await remove.waitFor()
    // Popups are outside of the landmarks.
    await scan('menu', { ignore: ['region'] })
    await remove.click()
    await page.getByRole('button', { name: t.app.undo }).waitFor()
    await scan('toast')
    // The viewer shows the next image.
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    await page.getByRole('checkbox', { name: 'a red apple' }).check({ force: true })
    await page.getByRole('button', { name: t.boards.add }).click()
    await page.getByRole('checkbox', { name: 'Fruit' }).waitFor()
    await page.getByRole('button', { name: t.boards.new }).click()
    await page.getByRole('button', { name: t.boards.create }).click()
    await page.getByText(t.boards.nameMissing).waitFor()
    await scan('add to board, with an error')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: t.app.boards, exact: true }).click()
    await page.getByRole('link', { name: 'Fruit' }).locator('img:not([aria-hidden])').waitFor()
    await scan('boards')
    await page.getByRole('link', { name: 'Fruit' }).click()
    await imageLink('a castle at sunset').waitFor()
    await scan('board')

    await page.getByRole('link', { name: t.app.trash }).click()
    await page.getByRole('checkbox', { name: 'a lighthouse' }).check({ force: true })
    await scan('trash')
    await page.getByRole('button', { name: t.history.purge }).click()
    await page.getByRole('alertdialog').waitFor()
    await scan('purge')
    await page.getByRole('button', { name: t.history.purgeCancel }).click()

    await page.goto(`${studio.url}/#/history/image/nonsense/0`)
    await page.getByText(t.image.notFoundTitle).waitFor()
    await scan('image not found')
    await page.goto(`${studio.url}/#/nowhere`)
    await page.getByRole('link', { name: t.app.home }).waitFor()
    await scan('nowhere')

    await page.goto(`${studio.url}/graphiql`)
    await page.locator('.graphiql-query-editor .view-line').first().waitFor()
    await scan('explorer', { exclude: GRAPHIQL_SELECTORS })

    await page.route('**/graphql', (route) => route.abort())
    await page.goto(`${studio.url}/`)
    await page.getByText(t.create.modelsFailed).waitFor()
    await page.getByText(t.history.failedTitle).waitFor()
    await scan('unreachable')
    await close()
    assert.deepEqual(found, withoutViolations(found))
  })

  test(`empty and error pages have no axe violations, ${language}, ${colorScheme}`, async () => {
    const found: Record<string, string[]> = {}
    const newcomer = await visit(browser, studio.linkFor('newcomer'), contextOptions)
    const { page } = newcomer
    await page.getByRole('heading', { name: t.create.examples }).waitFor()
    found.create = await violations(page)
    await page.getByRole('link', { name: t.app.history }).click()
    await page.getByText(t.history.emptyTitle).waitFor()
    found.history = await violations(page)
    await page.getByRole('link', { name: t.app.boards, exact: true }).click()
    await page.getByText(t.boards.emptyTitle).waitFor()
    found.boards = await violations(page)
    await page.getByRole('link', { name: t.app.trash }).click()
    await page.getByText(t.history.emptyTrashTitle).waitFor()
    found.trash = await violations(page)
    await page.evaluate(() => localStorage.setItem('genai-studio.token', 'e30.e30.e30'))
    await page.goto(`${studio.url}/graphiql`)
    await page.getByLabel(t.signIn.field).waitFor()
    found['explorer without a token'] = await violations(page, { exclude: GRAPHIQL_SELECTORS })
    await newcomer.close()

    const stranger = await visit(browser, `${studio.url}/`, contextOptions)
    await stranger.page.getByRole('heading', { name: t.signIn.titleSignedOut }).waitFor()
    found['sign-in'] = await violations(stranger.page)
    await stranger.page.getByLabel(t.signIn.field).fill('nonsense')
    await stranger.page.getByRole('button', { name: t.signIn.submit }).click()
    await stranger.page.getByText(t.signIn.invalid).waitFor()
    found['sign-in refused'] = await violations(stranger.page)
    await stranger.page.route('**/amplify_outputs.json', (route) => route.abort())
    await stranger.page.reload()
    await stranger.page.getByText(t.app.unreachableTitle).waitFor()
    found.unreachable = await violations(stranger.page)
    await stranger.close()
    assert.deepEqual(found, withoutViolations(found))
  })
}
