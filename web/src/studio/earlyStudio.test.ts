import { expect, test, vi } from 'vitest'
import type { TokenSource } from '../graphql/client/tokenSource'
import type { Configuration } from './configuration'
import { openEarly } from './earlyStudio'
import type { Studio } from './openStudio'

function opened() {
  const listeners = new Set<() => void>()
  const close = vi.fn()
  const tokens = {
    onState: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } as unknown as TokenSource
  const early = openEarly({} as Configuration, tokens, () => ({ close }) as unknown as Studio)
  return { early, close, listeners }
}

test('the page takes the studio once', () => {
  const { early, close, listeners } = opened()
  expect(early.take()).not.toBeNull()
  expect(early.take()).toBeNull()
  expect(listeners.size).toBe(0)
  expect(close).not.toHaveBeenCalled()
})

test('a sign-in that ends before closes the studio', () => {
  const { early, close, listeners } = opened()
  for (const listener of [...listeners]) listener()
  expect(close).toHaveBeenCalledOnce()
  expect(early.take()).toBeNull()
  expect(listeners.size).toBe(0)
})
