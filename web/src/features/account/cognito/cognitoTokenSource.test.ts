import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPersonal, writePersonal } from '../personalStorage'
import { cognitoTokenSource } from './cognitoTokenSource'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')
const HOUR = 3600
const KEY = 'CognitoIdentityServiceProvider.client.ada.accessToken'

function encode(value: unknown): string {
  return btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Amplify and the pool behind it, whose clock may be ahead of the browser's. */
class FakeAmplify {
  reachable = true
  /** Whether the refresh token still works. */
  refreshes = true
  subject = 'ada'
  ahead = 0
  private count = 0

  signIn(): string {
    this.count += 1
    const issued = Math.floor((Date.now() + this.ahead) / 1000)
    const claims = { sub: this.subject, iat: issued, exp: issued + HOUR, jti: this.count }
    const token = `${encode({ alg: 'RS256' })}.${encode(claims)}.sig`
    localStorage.setItem(KEY, token)
    localStorage.setItem(KEY.replace('accessToken', 'deviceKey'), 'ada’s laptop')
    return token
  }

  fetchAuthSession = vi.fn(async ({ forceRefresh = false } = {}) => {
    if (!this.reachable) throw new Error('NetworkError')
    if (forceRefresh && !this.refreshes) localStorage.removeItem(KEY)
    const held = localStorage.getItem(KEY)
    if (held === null) return {}
    const signInDetails = { loginId: `${this.subject}@example.com` }
    return { tokens: { accessToken: forceRefresh ? this.signIn() : held, signInDetails } }
  })

  signOut = vi.fn(async () => localStorage.removeItem(KEY))
}

let amplify: FakeAmplify
const restart = vi.fn()
const open = () => cognitoTokenSource(amplify, localStorage, restart)
const later = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

/** A page that is closed hears no more of other tabs. */
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

describe('who is signed in', () => {
  test('nobody, at first', async () => {
    const source = await open()
    expect(source.state()).toBe('signed-out')
    expect(await source.current()).toBeNull()
    expect(amplify.fetchAuthSession).not.toHaveBeenCalled()
  })

  test('whoever went through the forms', async () => {
    const source = await open()
    const told = vi.fn()
    source.onState(told)
    const token = amplify.signIn()
    await source.arrived()
    expect(source.state()).toBe('signed-in')
    expect(told).toHaveBeenCalledOnce()
    expect(await source.current()).toBe(token)
    expect(source.name()).toBe('ada@example.com')
  })

  test('the same one after a reload', async () => {
    const token = amplify.signIn()
    const source = await open()
    expect(source.state()).toBe('signed-in')
    expect(await source.current()).toBe(token)
  })

  test('another person finds nothing of the one before', async () => {
    amplify.signIn()
    await open()
    writePersonal('draft', { prompt: 'a secret' })
    localStorage.removeItem(KEY)
    amplify.subject = 'grace'
    const source = await open()
    amplify.signIn()
    await source.arrived()
    expect(readPersonal('draft')).toBeNull()
  })

  test('another person in another tab makes this one begin anew', async () => {
    amplify.signIn()
    await open()
    amplify.subject = 'grace'
    amplify.signIn()
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
    await later(0)
    expect(restart).toHaveBeenCalledOnce()
  })
})

describe('renewal', () => {
  test('comes by itself before the end, and is told', async () => {
    const first = amplify.signIn()
    const source = await open()
    const renewed = vi.fn()
    source.onRenewed(renewed)
    await later(HOUR - 61)
    expect(await source.current()).toBe(first)
    await later(2)
    expect(renewed).toHaveBeenCalledOnce()
    expect(await source.current()).not.toBe(first)
    expect(source.state()).toBe('signed-in')
  })

  test('comes when the token is asked for after a sleep', async () => {
    const first = amplify.signIn()
    const source = await open()
    vi.setSystemTime(NOW + 2 * HOUR * 1000)
    const [one, other] = await Promise.all([source.current(), source.current()])
    expect(one).not.toBe(first)
    expect(other).toBe(one)
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2) // when opened, and once for both
  })

  test('is tried again when Cognito cannot be reached, without ending anything', async () => {
    const first = amplify.signIn()
    const source = await open()
    amplify.reachable = false
    await later(HOUR - 30)
    expect(source.state()).toBe('signed-in')
    expect(await source.current()).toBe(first)
    amplify.reachable = true
    await later(16)
    expect(await source.current()).not.toBe(first)
  })

  test('goes by Cognito’s clock once it is known', async () => {
    amplify.ahead = -2 * HOUR * 1000
    amplify.signIn()
    const source = await open()
    const token = await source.current() // by this clock the first was over long ago
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2)
    await later(HOUR / 2)
    expect(await source.current()).toBe(token)
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2)
  })

  test('in another tab counts here', async () => {
    amplify.signIn()
    const source = await open()
    const renewed = vi.fn()
    source.onRenewed(renewed)
    const token = amplify.signIn()
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
    await later(0)
    expect(renewed).toHaveBeenCalledOnce()
    expect(await source.current()).toBe(token)
  })

  test('that Cognito refuses is the end', async () => {
    amplify.signIn()
    const source = await open()
    amplify.refreshes = false
    await later(HOUR)
    expect(source.state()).toBe('expired')
    expect(await source.current()).toBeNull()
  })
})

describe('a refused token', () => {
  test('is renewed once, however many requests were refused with it', async () => {
    const first = amplify.signIn()
    const source = await open()
    const answers = await Promise.all([source.refused(first), source.refused(first)])
    expect(answers).toEqual([true, true])
    expect(await source.current()).not.toBe(first)
    expect(amplify.fetchAuthSession).toHaveBeenCalledTimes(2)
  })

  test('that was only just renewed ends the session', async () => {
    const first = amplify.signIn()
    const source = await open()
    await source.refused(first)
    expect(await source.refused((await source.current()) ?? '')).toBe(false)
    expect(source.state()).toBe('expired')
    expect(amplify.signOut).toHaveBeenCalledOnce()
    expect(JSON.stringify(localStorage)).not.toContain('CognitoIdentityServiceProvider')
  })

  test('ends nothing while Cognito cannot be reached', async () => {
    const first = amplify.signIn()
    const source = await open()
    amplify.reachable = false
    expect(await source.refused(first)).toBe(false)
    expect(await source.refused(first)).toBe(false)
    expect(source.state()).toBe('signed-in')
  })
})

describe('signing out', () => {
  test('forgets everything of the person', async () => {
    amplify.signIn()
    const source = await open()
    writePersonal('draft', { prompt: 'a secret' })
    localStorage.setItem('genai-studio.theme', 'dark')
    await source.signOut()
    expect(source.state()).toBe('signed-out')
    expect(await source.current()).toBeNull()
    expect({ ...localStorage }).toEqual({ 'genai-studio.theme': 'dark' })
  })

  test('does not wait for a Cognito that is out of reach', async () => {
    amplify.signIn()
    const source = await open()
    amplify.signOut.mockReturnValue(new Promise(() => {}))
    const signedOut = source.signOut()
    await later(4)
    await signedOut
    expect({ ...localStorage }).toEqual({})
  })

  test('in another tab is signing out here', async () => {
    amplify.signIn()
    const source = await open()
    localStorage.removeItem(KEY)
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }))
    expect(source.state()).toBe('signed-out')
  })
})
