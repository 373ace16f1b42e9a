import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPersonal, writePersonal } from '../personalStorage'
import { cognitoTokenSource } from './cognitoTokenSource'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')
const HOUR = 3600
const KEY = 'CognitoIdentityServiceProvider.client.ada.accessToken'

function encode(value: unknown): string {
  return btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Amplify and a user pool, whose clock may differ from the browser's. */
class FakeAmplify {
  reachable = true
  /** Whether the refresh token is valid. */
  refreshTokenValid = true
  subject = 'ada'
  clockOffsetMs = 0
  private count = 0

  signIn(): string {
    this.count += 1
    const issued = Math.floor((Date.now() + this.clockOffsetMs) / 1000)
    const claims = { sub: this.subject, iat: issued, exp: issued + HOUR, jti: this.count }
    const token = `${encode({ alg: 'RS256' })}.${encode(claims)}.sig`
    localStorage.setItem(KEY, token)
    localStorage.setItem(KEY.replace('accessToken', 'deviceKey'), 'ada’s laptop')
    return token
  }

  fetchAuthSession = vi.fn(async ({ forceRefresh = false } = {}) => {
    if (!this.reachable) throw new Error('NetworkError')
    if (forceRefresh && !this.refreshTokenValid) localStorage.removeItem(KEY)
    const stored = localStorage.getItem(KEY)
    if (stored === null) return {}
    const signInDetails = { loginId: `${this.subject}@example.com` }
    return { tokens: { accessToken: forceRefresh ? this.signIn() : stored, signInDetails } }
  })

  signOut = vi.fn(async () => localStorage.removeItem(KEY))
}

let amplify: FakeAmplify
const reload = vi.fn()
const open = () => cognitoTokenSource(amplify, localStorage, reload)
const advance = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

/** Records listeners, so that each test can remove those of its page. */
const listening = vi.spyOn(window, 'addEventListener')

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  localStorage.clear()
  amplify = new FakeAmplify()
})

afterEach(() => {
  vi.useRealTimers()
  for (const [type, listener] of listening.mock.calls) window.removeEventListener(type, listener)
  vi.clearAllMocks()
})

describe('signing in', () => {
  test('is signed out initially', async () => {
    const source = await open()
    expect(source.state()).toBe('signed-out')
    expect(await source.current()).toBeNull()
    expect(amplify.fetchAuthSession).not.toHaveBeenCalled()
  })

  test('is signed in after the forms are complete', async () => {
    const source = await open()
    const listener = vi.fn()
    source.onState(listener)
    const token = amplify.signIn()
    await source.onSignedIn()
    expect(source.state()).toBe('signed-in')
    expect(listener).toHaveBeenCalledOnce()
    expect(await source.current()).toBe(token)
    expect(source.name()).toBe('ada@example.com')
  })

  test('stays signed in after a reload', async () => {
    const token = amplify.signIn()
    const source = await open()
    expect(source.state()).toBe('signed-in')
    expect(await source.current()).toBe(token)
  })

  test('another user signing in clears the personal data', async () => {
    amplify.signIn()
    await open()
    writePersonal('draft', { prompt: 'a secret' })
    localStorage.removeItem(KEY)
    amplify.subject = 'grace'
    const source = await open()
    amplify.signIn()
    await source.onSignedIn()
    expect(readPersonal('draft')).toBeNull()
  })

  test('another user signing in in another tab reloads the page', async () => {
    amplify.signIn()
    await open()
    amplify.subject = 'grace'
    amplify.signIn()
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
    await advance(0)
    expect(reload).toHaveBeenCalledOnce()
  })
})

describe('renewal', () => {
  test('happens before expiry and notifies listeners', async () => {
    const first = amplify.signIn()
    const source = await open()
    const renewed = vi.fn()
    source.onRenewed(renewed)
    await advance(HOUR - 61)
    expect(await source.current()).toBe(first)
    await advance(2)
    expect(renewed).toHaveBeenCalledOnce()
    expect(await source.current()).not.toBe(first)
    expect(source.state()).toBe('signed-in')
  })

  test('happens on demand if the token expired while the device slept', async () => {
    const first = amplify.signIn()
    const source = await open()
    vi.setSystemTime(NOW + 2 * HOUR * 1000)
    const [one, other] = await Promise.all([source.current(), source.current()])
    expect(one).not.toBe(first)
    expect(other).toBe(one)
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2) // at startup, and once for both calls
  })

  test('is retried if Cognito cannot be reached, and the session continues', async () => {
    const first = amplify.signIn()
    const source = await open()
    amplify.reachable = false
    await advance(HOUR - 30)
    expect(source.state()).toBe('signed-in')
    expect(await source.current()).toBe(first)
    amplify.reachable = true
    await advance(16)
    expect(await source.current()).not.toBe(first)
  })

  test('uses Cognito’s clock once it is known', async () => {
    amplify.clockOffsetMs = -2 * HOUR * 1000
    amplify.signIn()
    const source = await open()
    const token = await source.current() // by the browser's clock the first token has expired
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2)
    await advance(HOUR / 2)
    expect(await source.current()).toBe(token)
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2)
  })

  test('in another tab applies to this one', async () => {
    amplify.signIn()
    const source = await open()
    const renewed = vi.fn()
    source.onRenewed(renewed)
    const token = amplify.signIn()
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
    await advance(0)
    expect(renewed).toHaveBeenCalledOnce()
    expect(await source.current()).toBe(token)
  })

  test('that Cognito refuses ends the session', async () => {
    amplify.signIn()
    const source = await open()
    amplify.refreshTokenValid = false
    await advance(HOUR)
    expect(source.state()).toBe('expired')
    expect(await source.current()).toBeNull()
  })
})

describe('a refused token', () => {
  test('is renewed once for several refused requests', async () => {
    const first = amplify.signIn()
    const source = await open()
    const results = await Promise.all([source.refused(first), source.refused(first)])
    expect(results).toEqual([true, true])
    expect(await source.current()).not.toBe(first)
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2)
  })

  test('that was just renewed ends the session', async () => {
    const first = amplify.signIn()
    const source = await open()
    await source.refused(first)
    expect(await source.refused((await source.current()) ?? '')).toBe(false)
    expect(source.state()).toBe('expired')
    expect(amplify.signOut).toHaveBeenCalledOnce()
    expect(JSON.stringify(localStorage)).not.toContain('CognitoIdentityServiceProvider')
  })

  test('does not end the session if Cognito cannot be reached', async () => {
    const first = amplify.signIn()
    const source = await open()
    amplify.reachable = false
    expect(await source.refused(first)).toBe(false)
    expect(await source.refused(first)).toBe(false)
    expect(source.state()).toBe('signed-in')
  })
})

describe('signing out', () => {
  test('clears the tokens and the personal data', async () => {
    amplify.signIn()
    const source = await open()
    writePersonal('draft', { prompt: 'a secret' })
    localStorage.setItem('genai-studio.theme', 'dark')
    await source.signOut()
    expect(source.state()).toBe('signed-out')
    expect(await source.current()).toBeNull()
    expect({ ...localStorage }).toEqual({ 'genai-studio.theme': 'dark' })
  })

  test('does not wait long for an unreachable Cognito', async () => {
    amplify.signIn()
    const source = await open()
    amplify.signOut.mockReturnValue(new Promise(() => {}))
    const pending = source.signOut()
    await advance(4)
    await pending
    expect({ ...localStorage }).toEqual({})
  })

  test('in another tab signs out this one', async () => {
    amplify.signIn()
    const source = await open()
    localStorage.removeItem(KEY)
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
    expect(source.state()).toBe('signed-out')
  })
})
