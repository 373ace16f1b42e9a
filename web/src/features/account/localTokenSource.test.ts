import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { localTokenSource } from './localTokenSource'
import { readPersonal, writePersonal } from './personalStorage'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')

function token(subject: string, expiresInSeconds = 3600): string {
  const encode = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return `${encode({ alg: 'RS256' })}.${encode({ sub: subject, exp: NOW / 1000 + expiresInSeconds })}.sig`
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  localStorage.clear()
})

afterEach(() => vi.useRealTimers())

describe('signing in', () => {
  test('keeps the token after a reload', async () => {
    localTokenSource().signIn(token('ada'))
    const reloaded = localTokenSource()
    expect(reloaded.state()).toBe('signed-in')
    expect(await reloaded.current()).toBe(token('ada'))
  })

  test('accepts a sign-in link', async () => {
    const source = localTokenSource()
    expect(source.signIn(` http://127.0.0.1:8000/#token=${token('ada')}\n`)).toBe(true)
    expect(await source.current()).toBe(token('ada'))
  })

  test.each(['', 'nonsense', 'a.b.c', token('ada', -1)])('rejects %j', (pasted) => {
    const source = localTokenSource()
    expect(source.signIn(pasted)).toBe(false)
    expect(source.state()).toBe('signed-out')
  })

  test('another user signing in clears the personal data', () => {
    const source = localTokenSource()
    source.signIn(token('ada'))
    writePersonal('draft', { prompt: 'a secret' })
    source.signIn(token('ada', 7200))
    expect(readPersonal('draft')).toEqual({ prompt: 'a secret' })
    source.signIn(token('grace'))
    expect(readPersonal('draft')).toBeNull()
  })
})

describe('end of the session', () => {
  test('occurs when the token expires', async () => {
    const source = localTokenSource()
    source.signIn(token('ada', 60))
    const listener = vi.fn()
    source.onState(listener)
    vi.advanceTimersByTime(60_000)
    expect(source.state()).toBe('expired')
    expect(listener).toHaveBeenCalledOnce()
    expect(await source.current()).toBeNull()
  })

  test('occurs when the server refuses the token', async () => {
    const source = localTokenSource()
    source.signIn(token('ada'))
    expect(await source.refused(token('ada'))).toBe(false)
    expect(source.state()).toBe('expired')
    expect(localTokenSource().state()).toBe('signed-out')
  })

  test('signing out clears the token and the personal data', async () => {
    const source = localTokenSource()
    source.signIn(token('ada'))
    writePersonal('draft', { prompt: 'a secret' })
    await source.signOut()
    expect(source.state()).toBe('signed-out')
    expect(readPersonal('draft')).toBeNull()
    expect(JSON.stringify(localStorage)).not.toContain(token('ada'))
  })
})
