import type { SignInState, TokenSource } from '../../../graphql/client/tokenSource'
import { BrowserStorage, browserStorage, keysOf } from '../../../storage/browserStorage'
import { readToken } from '../accessToken'
import { assignPersonalStorage, clearPersonalStorage } from '../personalStorage'

interface AmplifyTokens {
  accessToken: { toString(): string }
  /** What the user entered, such as an email address. The pool's username is a UUID. */
  signInDetails?: { loginId?: string }
}

/** The used part of Amplify, which stores the tokens in localStorage and refreshes them. */
export interface Amplify {
  fetchAuthSession(options?: {
    forceRefresh?: boolean
  }): Promise<{ tokens?: AmplifyTokens | undefined }>
  signOut(): Promise<unknown>
}

export interface CognitoTokenSource extends TokenSource {
  /** Read the tokens after the sign-in forms are complete. */
  onSignedIn(): Promise<void>
}

/** Tokens are renewed this long before they expire. */
const RENEW_BEFORE_MS = 60_000
/** Delay before the next attempt if Cognito cannot be reached. */
const RETRY_DELAY_MS = 15_000
/** After a failed renewal, callers within this time fail without another attempt. */
const FAILURE_CACHE_MS = 2_000
/** Maximum time that signing out waits for Cognito. */
const SIGN_OUT_TIMEOUT_MS = 3_000
/** Maximum delay of setTimeout in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** Storage keys that Amplify uses. */
const AMPLIFY_KEYS = /^(CognitoIdentityServiceProvider|CognitoSignInState|com\.amplify\.Cognito)\b/

/** Amplify's state during a sign-in. */
const sessionStore = new BrowserStorage(() => window.sessionStorage)

function amplifyKeys(storage: Storage): string[] {
  return keysOf(storage).filter((key) => AMPLIFY_KEYS.test(key))
}

/** Create a token source for a Cognito user pool. `reload` restarts the page for another user. */
export async function cognitoTokenSource(
  amplify: Amplify,
  storage: Storage = browserStorage,
  reload = () => window.location.reload(),
): Promise<CognitoTokenSource> {
  const stateListeners = new Set<() => void>()
  const renewalListeners = new Set<() => void>()
  const hasSession = () => amplifyKeys(storage).some((key) => key.endsWith('.accessToken'))
  let state: SignInState = hasSession() ? 'signed-in' : 'signed-out'
  let currentToken: string | null = null
  let name: string | null = null
  /** Milliseconds that Cognito's clock is ahead of the browser's. */
  let clockOffsetMs = 0
  let failedAt = 0
  let queue: Promise<void> = Promise.resolve()
  let renewedOnRefusal: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const setState = (next: SignInState) => {
    if (next === state) return
    state = next
    for (const listener of stateListeners) listener()
  }

  const remainingMs = (token: string) =>
    (readToken(token)?.expiresAt ?? 0) - Date.now() - clockOffsetMs

  const scheduleRenewal = (delay: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void renew(currentToken), Math.min(Math.max(delay, 0), MAX_TIMER_MS))
  }

  const acceptToken = (token: string | null) => {
    const previous = currentToken
    currentToken = token
    clearTimeout(timer)
    if (token === null) return setState(state === 'signed-out' ? 'signed-out' : 'expired')
    const subject = readToken(token)?.subject ?? ''
    assignPersonalStorage(subject, storage)
    // Another user signed in in another tab, and must not see the data in memory.
    if (previous !== null && readToken(previous)?.subject !== subject) return reload()
    setState('signed-in')
    scheduleRenewal(remainingMs(token) - RENEW_BEFORE_MS)
    if (previous === null || previous === token) return
    for (const listener of renewalListeners) listener()
  }

  const read = async (forceRefresh: boolean) => {
    try {
      const { tokens } = await amplify.fetchAuthSession({ forceRefresh })
      const token = tokens?.accessToken.toString() ?? null
      const claims = token === null ? null : readToken(token)
      if (forceRefresh && claims?.issuedAt) clockOffsetMs = claims.issuedAt - Date.now()
      name = tokens?.signInDetails?.loginId ?? null
      acceptToken(token)
    } catch {
      // Cognito could not be reached. The current token and the session may still be valid.
      failedAt = Date.now()
      scheduleRenewal(RETRY_DELAY_MS)
    }
  }

  /** Run a task after the queued ones. Tasks must not throw. */
  const enqueue = (task: () => Promise<void>): Promise<void> => {
    queue = queue.then(task)
    return queue
  }

  /** Renew the token, unless a queued task has already replaced it. */
  const renew = (token: string | null) =>
    enqueue(async () => {
      if (
        state !== 'signed-in' ||
        currentToken !== token ||
        Date.now() - failedAt < FAILURE_CACHE_MS
      )
        return
      await read(token !== null)
    })

  const endSession = async (next: SignInState) => {
    clearTimeout(timer)
    const signOut = amplify.signOut().catch(() => {})
    await Promise.race([
      signOut,
      new Promise((resolve) => setTimeout(resolve, SIGN_OUT_TIMEOUT_MS)),
    ])
    for (const each of [storage, sessionStore]) {
      for (const key of amplifyKeys(each)) each.removeItem(key)
    }
    currentToken = null
    setState(next)
  }

  window.addEventListener('storage', ({ key }) => {
    if (key !== null && !key.endsWith('.accessToken')) return
    if (hasSession()) return void enqueue(() => read(false))
    currentToken = null
    clearTimeout(timer)
    setState('signed-out')
  })
  if (hasSession()) await enqueue(() => read(false))

  return {
    current: async () => {
      await queue
      if (state !== 'signed-in') return null
      if (currentToken === null || remainingMs(currentToken) < RENEW_BEFORE_MS)
        await renew(currentToken)
      return currentToken
    },
    refused: async (token) => {
      await queue
      // A new token was refused too, so the reason is not its age.
      if (state === 'signed-in' && token === currentToken && token === renewedOnRefusal) {
        await enqueue(() => endSession('expired'))
      }
      if (state !== 'signed-in') return false
      if (token === currentToken) {
        await renew(token)
        if (currentToken === token) return false
        renewedOnRefusal = currentToken
      }
      return currentToken !== null
    },
    onRenewed: (listener) => {
      renewalListeners.add(listener)
      return () => renewalListeners.delete(listener)
    },
    onSignedIn: () => enqueue(() => read(false)),
    signOut: async () => {
      await enqueue(() => endSession('signed-out'))
      clearPersonalStorage(storage)
    },
    name: () => name,
    state: () => state,
    onState: (listener) => {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
  }
}
