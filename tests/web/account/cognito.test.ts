import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, type Visit, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import {
  PASSWORD,
  prompt,
  signedOut,
  signIn,
  signOut,
  signUp,
  storedToken,
  submit,
} from '../support/signIn.ts'
import { Studio } from '../support/studio.ts'
import { RESET_CODE, UserPool } from '../support/userPool.ts'
import { violations } from '../support/violations.ts'

const ACCESS_TOKEN = /^CognitoIdentityServiceProvider\..*\.accessToken$/

// The tests share the pool, studio and browser. Each test uses its own user.
let pool: UserPool
let studio: Studio
let browser: Browser
let userCount = 0

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

/** Return the faults except for requests to the user pool, which are expected. */
function unexpected({ faults }: Visit): string[] {
  return faults.filter((fault) => !fault.startsWith(`request to ${pool.url}/`))
}

async function openPage(): Promise<Visit & { email: string }> {
  userCount += 1
  const visitor = await visit(browser, studio.link)
  visitor.page.setDefaultTimeout(15_000)
  return { ...visitor, email: `user-${userCount}@example.com` }
}

async function statusWith(token: string): Promise<number> {
  const response = await fetch(`${studio.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { username } }' }),
  })
  return response.status
}

/** Record the names of the Cognito operations that the page calls from now on. */
function recordOperations(page: Page): string[] {
  const names: string[] = []
  page.on('request', (request) => {
    const target = request.headers()['x-amz-target']
    if (target && request.method() === 'POST') names.push(target.split('.')[1] ?? '')
  })
  return names
}

test('a new user signs up, confirms the address and creates an image', async () => {
  const visitor = await openPage()
  const { page, email, close } = visitor
  await signedOut(page)
  const operations = recordOperations(page)
  await signUp(page, pool, email)
  assert.ok(operations.includes('SignUp') && operations.includes('ConfirmSignUp'), `${operations}`)

  await prompt(page).fill('a red apple')
  await page.keyboard.press('Control+Enter')
  await newest(page).getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  await page.reload()
  await newest(page).getByRole('img', { name: 'a red apple', exact: true }).waitFor()
  assert.deepEqual(unexpected(visitor), [])
  await close()
})

test('the API accepts only the access token', async () => {
  const { page, email, close } = await openPage()
  await signUp(page, pool, email)
  assert.equal(await statusWith(await storedToken(page, 'accessToken')), 200)
  for (const other of ['idToken', 'refreshToken']) {
    const token = await storedToken(page, other)
    assert.notEqual(token, '')
    assert.equal(await statusWith(token), 401, other)
  }
  await close()
})

test('rejects a wrong password and never sends passwords in plain text', async () => {
  const { page, email, close } = await openPage()
  await signUp(page, pool, email)
  await signOut(page)
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  await signIn(page, email, 'A-wrong-guess-1')
  await page.getByText('Incorrect username or password.').waitFor()
  await eventually(() => prompt(page).count(), 0)
  await signIn(page, email)
  await prompt(page).waitFor()
  assert.ok(sent.some((body) => body.includes('USER_SRP_AUTH')))
  assert.ok(!sent.some((body) => body.includes(PASSWORD) || body.includes('A-wrong-guess-1')))
  await close()
})

test('resets a forgotten password with a code', async () => {
  const { page, email, close } = await openPage()
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

test('asks for the code of an authenticator app and rejects a wrong one', async () => {
  const { page, email, close } = await openPage()
  await signUp(page, pool, email)
  const code = await pool.enableTotp(await storedToken(page, 'accessToken'))
  await signOut(page)
  await signIn(page, email)
  await page.getByRole('heading', { name: 'Confirm TOTP Code' }).waitFor()
  const right = code()
  await page.getByLabel('Code').fill(right === '000000' ? '000001' : '000000')
  await submit(page, 'Confirm')
  await page.getByRole('alert').waitFor()
  await eventually(() => prompt(page).count(), 0)
  await page.getByLabel('Code').fill(code())
  await submit(page, 'Confirm')
  await prompt(page).waitFor()
  assert.equal(await statusWith(await storedToken(page, 'accessToken')), 200)
  await close()
})

test('renews the token before it expires and reconnects the socket', async () => {
  const visitor = await openPage()
  const { page, email, close } = visitor
  await page.clock.install()
  await signUp(page, pool, email)
  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  const first = await storedToken(page, 'accessToken')
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

test('renews a token that the API refuses', async () => {
  const { page, email, close } = await openPage()
  await signUp(page, pool, email)
  const invalidToken = await page.evaluate((pattern) => {
    const key = Object.keys(localStorage).find((name) => new RegExp(pattern).test(name)) ?? ''
    const token = `${localStorage.getItem(key)?.slice(0, -12)}AAAAAAAAAAAA`
    localStorage.setItem(key, token)
    return token
  }, ACCESS_TOKEN.source)
  await eventually(() => statusWith(invalidToken), 401)
  await page.reload()
  await prompt(page).waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByText(`Signed in as ${email}`).waitFor()
  const token = await storedToken(page, 'accessToken')
  assert.notEqual(token, invalidToken)
  await eventually(() => statusWith(token), 200)
  await close()
})

test('signing out applies to all tabs and to Cognito, and clears the personal data', async () => {
  const { page, email, close } = await openPage()
  await signUp(page, pool, email)
  const other = await page.context().newPage()
  await other.goto(studio.url)
  await prompt(other).fill('a private prompt')
  await page.reload()
  await prompt(page).waitFor()
  const operations = recordOperations(page)
  await signOut(page)
  await signedOut(other)
  assert.ok(operations.includes('RevokeToken'), `${operations}`)
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

test('GraphiQL uses the session, and the printed link contains no token', async () => {
  const { page, email, close } = await openPage()
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

test('the forms appear in Chinese', async () => {
  const { page, close } = await visit(browser, studio.link, { locale: 'zh-CN' })
  await page.getByRole('heading', { name: '登录工作室' }).waitFor()
  await page.getByLabel('邮箱').fill('unknown@example.com')
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await submit(page, '登录')
  await page.getByText(/用户名或密码错误|用户不存在/).waitFor()
  await close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the forms have no axe violations, ${colorScheme}`, async () => {
    const { page, close } = await visit(browser, studio.link, { colorScheme })
    await page.getByRole('tab', { name: 'Create Account' }).click()
    await page.getByLabel('Confirm Password').waitFor()
    await eventually(() => violations(page), [])
    await page.getByRole('tab', { name: 'Sign In' }).click()
    await signIn(page, 'unknown@example.com')
    await page.getByRole('alert').waitFor()
    await eventually(() => violations(page), [])
    await page.getByRole('button', { name: 'Forgot your password?' }).click()
    await page.getByRole('button', { name: 'Send code' }).waitFor()
    await eventually(() => violations(page), [])
    await close()
  })
}
