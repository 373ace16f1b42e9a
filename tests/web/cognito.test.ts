import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from './support/browser.ts'
import {
  kept,
  PASSWORD,
  prompt,
  signedOut,
  signIn,
  signOut,
  signUp,
  submit,
} from './support/signIn.ts'
import { Studio } from './support/studio.ts'
import { RESET_CODE, UserPool } from './support/userPool.ts'

const ACCESS_TOKEN = /^CognitoIdentityServiceProvider\..*\.accessToken$/

// One pool, one studio that signs people in there, one browser; each test is a person of their own.
let pool: UserPool
let studio: Studio
let browser: Browser
let people = 0

before(async () => {
  pool = await UserPool.start()
  studio = await Studio.start(pool.environment)
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
  await pool?.stop()
})

const newest = (page: Page) => page.getByRole('article').first()

/** Talking to the pool is what this page is allowed; a refusal by it is an error on the console. */
function unexpected({ faults }: Visit): string[] {
  return faults.filter((fault) => !fault.startsWith(`request to ${pool.url}/`))
}

async function come(): Promise<Visit & { email: string }> {
  people += 1
  const visitor = await visit(browser, studio.link)
  visitor.page.setDefaultTimeout(15_000)
  return { ...visitor, email: `person-${people}@example.com` }
}

async function statusWith(token: string): Promise<number> {
  const response = await fetch(`${studio.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { username } }' }),
  })
  return response.status
}

/** What the page asks of Cognito from now on, by the operations' names. */
function operations(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    const target = request.headers()['x-amz-target']
    if (target && request.method() === 'POST') asked.push(target.split('.')[1] ?? '')
  })
  return asked
}

test('from signing up over a confirmed address to an image, which a reload keeps', async () => {
  const visitor = await come()
  const { page, email, close } = visitor
  await signedOut(page)
  const asked = operations(page)
  await signUp(page, pool, email)
  assert.ok(asked.includes('SignUp') && asked.includes('ConfirmSignUp'), `${asked}`)

  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await newest(page).getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  await page.reload()
  await newest(page).getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  assert.deepEqual(unexpected(visitor), [])
  await close()
})

test('the API takes the access token, and none of the others', async () => {
  const { page, email, close } = await come()
  await signUp(page, pool, email)
  assert.equal(await statusWith(await kept(page, 'accessToken')), 200)
  for (const other of ['idToken', 'refreshToken']) {
    const token = await kept(page, other)
    assert.notEqual(token, '')
    assert.equal(await statusWith(token), 401, other)
  }
  await close()
})

test('a wrong password is refused, the right one is never sent', async () => {
  const { page, email, close } = await come()
  await signUp(page, pool, email)
  await signOut(page)
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  await signIn(page, email, 'A-wrong-guess-1')
  await page.getByText('Incorrect username or password.').waitFor()
  assert.equal(await prompt(page).count(), 0)
  await signIn(page, email)
  await prompt(page).waitFor()
  assert.ok(sent.some((body) => body.includes('USER_SRP_AUTH')))
  assert.ok(!sent.some((body) => body.includes(PASSWORD) || body.includes('A-wrong-guess-1')))
  await close()
})

test('a forgotten password is reset by a code, and the new one signs in', async () => {
  const { page, email, close } = await come()
  await signUp(page, pool, email)
  await signOut(page)
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await page.getByLabel('Email').fill(email)
  await submit(page, 'Send code')
  await page.getByLabel('Code').fill(RESET_CODE)
  const renewed = 'Another-horse-8'
  await page.getByLabel('New Password').fill(renewed)
  await page.getByLabel('Confirm Password').fill(renewed)
  await submit(page, 'Submit')
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await signIn(page, email)
  await page.getByText('Incorrect username or password.').waitFor()
  await signIn(page, email, renewed)
  await prompt(page).waitFor()
  await close()
})

test('whoever has an authenticator is asked for its code, and a wrong one is refused', async () => {
  const { page, email, close } = await come()
  await signUp(page, pool, email)
  const code = await pool.demandCodes(await kept(page, 'accessToken'))
  await signOut(page)
  await signIn(page, email)
  await page.getByRole('heading', { name: 'Confirm TOTP Code' }).waitFor()
  const right = code()
  await page.getByLabel('Code').fill(right === '000000' ? '000001' : '000000')
  await submit(page, 'Confirm')
  await page.getByRole('alert').waitFor()
  assert.equal(await prompt(page).count(), 0)
  await page.getByLabel('Code').fill(code())
  await submit(page, 'Confirm')
  await prompt(page).waitFor()
  assert.equal(await statusWith(await kept(page, 'accessToken')), 200)
  await close()
})

test('a token is renewed before its end, and the socket opened anew with it', async () => {
  const visitor = await come()
  const { page, email, close } = visitor
  await page.clock.install()
  await signUp(page, pool, email)
  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  const first = await kept(page, 'accessToken')
  await page.clock.fastForward('59:30')
  await page.waitForFunction(
    ([before]) =>
      Object.keys(localStorage).some(
        (key) => key.endsWith('.accessToken') && localStorage.getItem(key) !== before,
      ),
    [first],
  )
  while (sockets.length === 0) await page.clock.runFor(200)
  await page.clock.resume()

  await prompt(page).fill('a blue car')
  await page.keyboard.press('Control+Enter')
  await newest(page).getByRole('img', { name: 'a blue car', exact: true }).waitFor()
  assert.deepEqual(unexpected(visitor), [])
  await close()
})

test('a token that the API refuses is renewed once, and nobody notices', async () => {
  const { page, email, close } = await come()
  await signUp(page, pool, email)
  const broken = await page.evaluate((pattern) => {
    const key = Object.keys(localStorage).find((name) => new RegExp(pattern).test(name)) ?? ''
    const token = `${localStorage.getItem(key)?.slice(0, -12)}AAAAAAAAAAAA`
    localStorage.setItem(key, token)
    return token
  }, ACCESS_TOKEN.source)
  assert.equal(await statusWith(broken), 401)
  await page.reload()
  await prompt(page).waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByText(`Signed in as ${email}`).waitFor()
  const token = await kept(page, 'accessToken')
  assert.notEqual(token, broken)
  assert.equal(await statusWith(token), 200)
  await close()
})

test('signing out ends it in every tab, at Cognito too, and leaves nothing of the person', async () => {
  const { page, email, close } = await come()
  await signUp(page, pool, email)
  const other = await page.context().newPage()
  await other.goto(studio.url)
  await prompt(other).fill('a draft that nobody else may see')
  await page.reload()
  await prompt(page).waitFor()
  const asked = operations(page)
  await signOut(page)
  await signedOut(other)
  assert.ok(asked.includes('RevokeToken'), `${asked}`)
  const left = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
    databases: await indexedDB.databases(),
  }))
  assert.deepEqual(Object.keys(left.local).sort(), ['genai-studio.theme'])
  assert.deepEqual({ ...left, local: {} }, { local: {}, session: {}, cookies: '', databases: [] })
  await page.reload()
  await signedOut(page)
  await close()
})

test('GraphiQL is signed in as the same person, and nobody is by a printed link', async () => {
  const { page, email, close } = await come()
  await page.goto(`${studio.url}/graphiql`)
  await page.getByRole('link', { name: 'Sign in to the studio' }).click()
  await signUp(page, pool, email)
  await page.goto(`${studio.url}/graphiql`)
  await page.getByText('Signed in with this browser').waitFor()
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await page.getByRole('button', { name: /Execute query/ }).click()
  await page.locator('.result-window').getByText('"username"').waitFor()
  assert.doesNotMatch(studio.link, /token=/)
  await close()
})

test('the forms speak Chinese to whoever reads it', async () => {
  const { page, close } = await visit(browser, studio.link, { locale: 'zh-CN' })
  await page.getByRole('heading', { name: '登录工作室' }).waitFor()
  await page.getByLabel('邮箱').fill('nobody@example.com')
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await submit(page, '登录')
  await page.getByText(/用户名或密码错误|用户不存在/).waitFor()
  await close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the forms are accessible, ${colorScheme}`, async () => {
    const { page, close } = await visit(browser, studio.link, { colorScheme })
    const violations = async () => {
      const found = await new AxeBuilder({ page }).analyze()
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)
    }
    await page.getByRole('tab', { name: 'Create Account' }).click()
    await page.getByLabel('Confirm Password').waitFor()
    assert.deepEqual(await violations(), [])
    await page.getByRole('tab', { name: 'Sign In' }).click()
    await signIn(page, 'nobody@example.com')
    await page.getByRole('alert').waitFor()
    assert.deepEqual(await violations(), [])
    await page.getByRole('button', { name: 'Forgot your password?' }).click()
    await page.getByRole('button', { name: 'Send code' }).waitFor()
    assert.deepEqual(await violations(), [])
    await close()
  })
}
