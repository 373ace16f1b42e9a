import type { SignInState, TokenSource } from '../../graphql/client/tokenSource'
import { readToken } from './accessToken'
import { assignPersonalStorage, clearPersonalStorage } from './personalStorage'

/**
 * The token lives in localStorage: GraphiQL and further tabs are signed in too, and a reload keeps
 * the session. It ends by itself (its `exp`), and signing out takes it from every tab.
 */
const KEY = 'genai-studio.token'
/** setTimeout cannot wait longer than this. */
const LONGEST_TIMER = 2 ** 31 - 1

export interface LocalTokenSource extends TokenSource {
  /** False when it is not a token, or one whose time is over. */
  signIn(token: string): boolean
}

export function localTokenSource(storage: Storage = window.localStorage): LocalTokenSource {
  const listeners = new Set<() => void>()
  let expiry: ReturnType<typeof setTimeout> | undefined
  let state: SignInState = 'signed-out'

  const become = (next: SignInState) => {
    clearTimeout(expiry)
    const changed = next !== state
    state = next
    if (changed) for (const listener of listeners) listener()
  }

  const read = () => {
    const token = storage.getItem(KEY)
    const claims = token === null ? null : readToken(token)
    if (claims === null) return become('signed-out')
    const left = claims.expiresAt - Date.now()
    if (left <= 0) return expire()
    become('signed-in')
    expiry = setTimeout(read, Math.min(left, LONGEST_TIMER))
  }

  const expire = () => {
    storage.removeItem(KEY)
    become('expired')
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
      become('signed-out')
    },
    name: () => null,
    state: () => state,
    onState: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
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
