import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { localTokenSource } from './localTokenSource'
import { readPersonal, writePersonal } from './personalStorage'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')

function token(subject: string, secondsLeft = 3600): string {
  const encode = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return `${encode({ alg: 'RS256' })}.${encode({ sub: subject, exp: NOW / 1000 + secondsLeft })}.sig`
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  localStorage.clear()
})

afterEach(() => vi.useRealTimers())

describe('signing in', () => {
  test('keeps the token over a reload', async () => {
    localTokenSource().signIn(token('ada'))
    const again = localTokenSource()
    expect(again.state()).toBe('signed-in')
    expect(await again.current()).toBe(token('ada'))
  })

  test('takes a whole sign-in link too', async () => {
    const source = localTokenSource()
    expect(source.signIn(` http://127.0.0.1:8000/#token=${token('ada')}\n`)).toBe(true)
    expect(await source.current()).toBe(token('ada'))
  })

  test.each(['', 'nonsense', 'a.b.c', token('ada', -1)])('refuses %j', (pasted) => {
    const source = localTokenSource()
    expect(source.signIn(pasted)).toBe(false)
    expect(source.state()).toBe('signed-out')
  })

  test('another person finds nothing of the one before', () => {
    const source = localTokenSource()
    source.signIn(token('ada'))
    writePersonal('draft', { prompt: 'a secret' })
    source.signIn(token('ada', 7200))
    expect(readPersonal('draft')).toEqual({ prompt: 'a secret' })
    source.signIn(token('grace'))
    expect(readPersonal('draft')).toBeNull()
  })
})

describe('the end', () => {
  test('comes by itself when the token’s time is over', async () => {
    const source = localTokenSource()
    source.signIn(token('ada', 60))
    const told = vi.fn()
    source.onState(told)
    vi.advanceTimersByTime(60_000)
    expect(source.state()).toBe('expired')
    expect(told).toHaveBeenCalledOnce()
    expect(await source.current()).toBeNull()
  })

  test('comes when the host refuses it', async () => {
    const source = localTokenSource()
    source.signIn(token('ada'))
    expect(await source.refused(token('ada'))).toBe(false)
    expect(source.state()).toBe('expired')
    expect(localTokenSource().state()).toBe('signed-out')
  })

  test('signing out forgets everything of the person', async () => {
    const source = localTokenSource()
    source.signIn(token('ada'))
    writePersonal('draft', { prompt: 'a secret' })
    await source.signOut()
    expect(source.state()).toBe('signed-out')
    expect(readPersonal('draft')).toBeNull()
    expect(JSON.stringify(localStorage)).not.toContain(token('ada'))
  })
})
