import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import en from '../../web/src/i18n/en.json' with { type: 'json' }
import zh from '../../web/src/i18n/zh-CN.json' with { type: 'json' }
import { launch, visit } from './support/browser.ts'
import { Studio } from './support/studio.ts'

const LANGUAGES = { en, 'zh-CN': zh } as const
/** Nobody here holds credentials for it: what is asked of it fails, for axe to see. */
const ENDPOINT = {
  AWS_SM_EP: 'nowhere',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const LOCAL = 'builtin-emoji'
const REMOTE = 'stable-diffusion-2-1-base'
/** What GraphiQL draws by itself: tabs with a button inside each, pale numbers of lines. */
const GRAPHIQLS_OWN = ['.graphiql-tabs', '.line-numbers']

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start(ENDPOINT)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

async function violations(page: Page, except: string[] = []): Promise<string[]> {
  const builder = new AxeBuilder({ page })
  for (const selector of except) builder.exclude(selector)
  const { violations } = await builder.analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
}

test('what is offered to try is no wider than a phone', async () => {
  const viewport = { width: 360, height: 740 }
  const { page, close } = await visit(browser, studio.linkFor('newcomer'), { viewport })
  await page.getByRole('heading', { name: en.create.examples }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
  await close()
})

/** The same states with nothing found: a failure shows all that was found at once. */
function nothingIn(found: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.keys(found).map((name) => [name, []]))
}

for (const language of ['en', 'zh-CN'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const t = LANGUAGES[language]
    const looks = { locale: language, colorScheme, reducedMotion: 'reduce' } as const

    test(`axe finds nothing where somebody works, ${language}, ${colorScheme}`, async () => {
      const link = studio.linkFor(`reader-${language}-${colorScheme}`)
      await studio.make(link, ['a red apple', 'a castle at sunset'], { model: LOCAL })
      await studio.make(link, ['a lighthouse'], { model: REMOTE })
      const { page, close } = await visit(browser, link, looks)
      const found: Record<string, string[]> = {}
      const scan = async (name: string, except?: string[]) => {
        found[name] = await violations(page, except)
      }
      const open = (words: string) => page.getByRole('link', { name: words })
      const dialog = page.getByRole('dialog')

      await page.getByRole('article').nth(2).waitFor()
      await page.getByText(t.queue.failed, { exact: true }).waitFor()
      await page.getByLabel(t.create.model).selectOption(LOCAL)
      await page.getByText(t.create.advanced, { exact: true }).click()
      await page.getByText(t.create.realModel, { exact: true }).click()
      await page.getByLabel(t.create.prompt, { exact: true }).fill('a red apple')
      await page.getByText(t.create.draftNote).waitFor()
      await scan('create, with a draft and a failure')

      await page.getByLabel(t.create.model).selectOption(REMOTE)
      await page.getByLabel(t.create.width).fill('1024')
      await page.getByLabel(t.create.height).fill('1024')
      await page.getByLabel(t.create.prompt, { exact: true }).fill('一个红苹果')
      await page.locator('[aria-invalid=true]').waitFor()
      await scan('create, with fieldErrors')

      await page.getByRole('button', { name: t.app.account }).click()
      await page.getByText(t.account.quotaNone).waitFor()
      await scan('account')
      await page.keyboard.press('Escape')

      await page.context().setOffline(true)
      await page.getByText(t.app.offline).waitFor()
      await scan('offline')
      await page.context().setOffline(false)

      await page.getByRole('link', { name: t.app.history }).click()
      await open('a red apple').waitFor()
      await page.getByRole('button', { name: t.history.filters }).click()
      await page.getByRole('checkbox', { name: 'a red apple' }).check({ force: true })
      await scan('history, with filters and a selection')

      await page.getByRole('button', { name: t.history.clearFilters }).waitFor()
      await page.getByLabel(t.history.search).fill('submarine')
      await page.getByText(t.history.emptyFilteredTitle).waitFor()
      await scan('history, nothing found')
      await page.getByRole('button', { name: t.history.clearFilters }).click()

      await open('a red apple').click()
      await dialog.getByText(t.image.seed, { exact: true }).waitFor()
      await scan('image')
      await page.keyboard.press('Escape')
      await open('a lighthouse').click()
      await dialog.getByText(t.image.hintEnded).waitFor()
      await scan('image that failed')
      await dialog.getByRole('button', { name: t.history.delete }).click()
      await page.getByRole('button', { name: t.app.undo }).waitFor()
      await scan('toast')

      await page.getByRole('link', { name: t.app.trash }).click()
      await page.getByRole('checkbox', { name: 'a lighthouse' }).check({ force: true })
      await scan('trash')
      await page.getByRole('button', { name: t.history.purge }).click()
      await page.getByRole('alertdialog').waitFor()
      await scan('purge')
      await page.getByRole('button', { name: t.history.keep }).click()

      await page.goto(`${studio.url}/#/history/image/nonsense/0`)
      await page.getByText(t.image.goneTitle).waitFor()
      await scan('image that is gone')
      await page.goto(`${studio.url}/#/nowhere`)
      await page.getByRole('link', { name: t.app.home }).waitFor()
      await scan('nowhere')

      await page.goto(`${studio.url}/graphiql`)
      await page.locator('.graphiql-query-editor .view-line').first().waitFor()
      await scan('explorer', GRAPHIQLS_OWN)

      await page.route('**/graphql', (route) => route.abort())
      await page.goto(`${studio.url}/`)
      await page.getByText(t.create.modelsFailed).waitFor()
      await page.getByText(t.history.failedTitle).waitFor()
      await scan('unreachable')
      await close()
      assert.deepEqual(found, nothingIn(found))
    })

    test(`axe finds nothing where somebody is new, ${language}, ${colorScheme}`, async () => {
      const found: Record<string, string[]> = {}
      const newcomer = await visit(browser, studio.linkFor('newcomer'), looks)
      const { page } = newcomer
      await page.getByRole('heading', { name: t.create.examples }).waitFor()
      found.create = await violations(page)
      await page.getByRole('link', { name: t.app.history }).click()
      await page.getByText(t.history.emptyTitle).waitFor()
      found.history = await violations(page)
      await page.getByRole('link', { name: t.app.trash }).click()
      await page.getByText(t.history.emptyTrashTitle).waitFor()
      found.trash = await violations(page)
      await page.evaluate(() => localStorage.setItem('genai-studio.token', 'e30.e30.e30'))
      await page.goto(`${studio.url}/graphiql`)
      await page.getByLabel(t.signIn.field).waitFor()
      found['explorer without a token'] = await violations(page, GRAPHIQLS_OWN)
      await newcomer.close()

      const stranger = await visit(browser, `${studio.url}/`, looks)
      await stranger.page.getByRole('heading', { name: t.signIn.titleSignedOut }).waitFor()
      found['sign-in'] = await violations(stranger.page)
      await stranger.page.getByLabel(t.signIn.field).fill('nonsense')
      await stranger.page.getByRole('button', { name: t.signIn.submit }).click()
      await stranger.page.getByText(t.signIn.invalid).waitFor()
      found['sign-in refused'] = await violations(stranger.page)
      await stranger.page.route('**/amplify_outputs.json', (route) => route.abort())
      await stranger.page.reload()
      await stranger.page.getByText(t.app.brokenTitle).waitFor()
      found.broken = await violations(stranger.page)
      await stranger.close()
      assert.deepEqual(found, nothingIn(found))
    })
  }
}
