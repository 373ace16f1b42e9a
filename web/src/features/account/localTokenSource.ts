import type { SignInState, TokenSource } from '../../graphql/client/tokenSource'
import { browserStorage } from '../../storage/browserStorage'
import { readToken } from './accessToken'
import { assignPersonalStorage, clearPersonalStorage } from './personalStorage'

/**
 * Storage key of the token. localStorage is shared with GraphiQL and other tabs, so that signing in or
 * out applies to all of them.
 */
const KEY = 'genai-studio.token'
/** Maximum delay of setTimeout in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1

export interface LocalTokenSource extends TokenSource {
  /** Sign in with a token or sign-in link. Returns false if it is invalid or expired. */
  signIn(token: string): boolean
  /** The name of a valid token's account if another account is signed in, otherwise null. */
  otherAccount(token: string): string | null
}

/** Create a token source for the local server, whose tokens cannot be renewed. */
export function localTokenSource(storage: Storage = browserStorage): LocalTokenSource {
  const listeners = new Set<() => void>()
  let expiry: ReturnType<typeof setTimeout> | undefined
  let state: SignInState = 'signed-out'

  const setState = (next: SignInState) => {
    clearTimeout(expiry)
    const changed = next !== state
    state = next
    if (changed) for (const listener of listeners) listener()
  }

  const read = () => {
    const token = storage.getItem(KEY)
    const claims = token === null ? null : readToken(token)
    if (claims === null) return setState('signed-out')
    const remainingMs = claims.expiresAt - Date.now()
    if (remainingMs <= 0) return expire()
    setState('signed-in')
    expiry = setTimeout(read, Math.min(remainingMs, MAX_TIMER_MS))
  }

  const expire = () => {
    storage.removeItem(KEY)
    setState('expired')
  }

  window.addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) read()
  })
  read()

  return {
    current: async () => (state === 'signed-in' ? storage.getItem(KEY) : null),
    refused: async () => {
      expire()
      return false
    },
    onRenewed: () => () => {},
    signOut: async () => {
      storage.removeItem(KEY)
      clearPersonalStorage(storage)
      setState('signed-out')
    },
    name: () => null,
    state: () => state,
    onState: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    otherAccount: (token) => {
      const current = storage.getItem(KEY)
      const signedIn = state === 'signed-in' && current !== null ? readToken(current) : null
      const claims = readToken(token)
      if (signedIn === null || claims === null || claims.expiresAt <= Date.now()) return null
      return claims.subject === signedIn.subject ? null : claims.username || claims.subject
    },
    signIn: (pasted) => {
      const token = pasted.trim().replace(/^.*#token=/, '')
      const claims = readToken(token)
      if (claims === null || claims.expiresAt <= Date.now()) return false
      assignPersonalStorage(claims.subject, storage)
      storage.setItem(KEY, token)
      read()
      return true
    },
  }
}
