import { beforeEach, describe, expect, test, vi } from 'vitest'
import { BrowserStorage, keysOf } from './browserStorage'

beforeEach(() => localStorage.clear())

const denied = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}

/** A storage that accepts up to `quota` characters. */
function limited(quota: number): Storage {
  const entries = new Map<string, string>()
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    removeItem: (key: string) => void entries.delete(key),
    setItem: (key: string, value: string) => {
      const others = [...entries].filter(([name]) => name !== key)
      const used = others.reduce((sum, [name, text]) => sum + name.length + text.length, 0)
      if (used + key.length + value.length > quota)
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
      entries.set(key, value)
    },
  }
  return new Proxy(storage as unknown as Storage, { ownKeys: () => [...entries.keys()] })
}

describe.each<[string, () => Storage | null]>([
  ['denied', denied],
  ['missing', () => null],
  ['denied on use', () => new Proxy({} as Storage, { get: denied, ownKeys: denied })],
  ['without space', () => limited(0)],
])('storage that is %s', (_, open) => {
  test('keeps entries in memory and reports the failure once', () => {
    const storage = new BrowserStorage(open)
    const onFailure = vi.fn()
    storage.onFailure(onFailure)
    expect(storage.getItem('a')).toBeNull()
    expect(storage.failed()).toBe(false)
    storage.setItem('a', '1')
    storage.setItem('b', '2')
    expect(storage.getItem('a')).toBe('1')
    expect(keysOf(storage)).toEqual(['a', 'b'])
    expect(storage.failed()).toBe(true)
    storage.removeItem('a')
    expect(storage.getItem('a')).toBeNull()
    storage.clear()
    expect(storage.length).toBe(0)
  })
})

test('uses localStorage where it works', () => {
  const storage = new BrowserStorage()
  storage.setItem('a', '1')
  expect(localStorage.getItem('a')).toBe('1')
  localStorage.setItem('b', '2')
  expect(storage.getItem('b')).toBe('2')
  expect(keysOf(storage)).toEqual(['a', 'b'])
  expect(storage.failed()).toBe(false)
})

test('an entry that no longer fits does not return with its old value', () => {
  const area = limited(10)
  const storage = new BrowserStorage(() => area)
  storage.setItem('token', 'old')
  storage.setItem('token', 'a long new value')
  expect(storage.getItem('token')).toBe('a long new value')
  expect(new BrowserStorage(() => area).getItem('token')).toBeNull()
  storage.setItem('token', 'new')
  expect(new BrowserStorage(() => area).getItem('token')).toBe('new')
})
