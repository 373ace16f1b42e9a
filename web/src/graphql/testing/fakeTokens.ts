import { vi } from 'vitest'
import type { SignInState, TokenSource } from '../client/tokenSource'

/**
 * Create a token source with a fixed sequence of tokens. `refused` advances to the next token, and
 * `renew` does so without a refusal.
 */
export function fakeTokens(...tokens: (string | null)[]) {
  const listeners = new Set<() => void>()
  let state: SignInState = tokens[0] == null ? 'signed-out' : 'signed-in'
  return {
    current: async () => (state === 'signed-in' ? (tokens[0] ?? null) : null),
    refused: vi.fn(async (token: string) => {
      if (token !== tokens[0]) return true
      tokens.shift()
      if (tokens.length === 0) state = 'expired'
      return tokens.length > 0
    }),
    renew: () => {
      tokens.shift()
      for (const listener of listeners) listener()
    },
    onRenewed: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signOut: async () => {},
    name: () => null,
    state: () => state,
    onState: () => () => {},
  } satisfies TokenSource & { renew: () => void }
}
