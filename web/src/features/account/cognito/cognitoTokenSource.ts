import type { SignInState, TokenSource } from '../../../graphql/client/tokenSource'
import { readToken } from '../accessToken'
import { assignPersonalStorage, clearPersonalStorage } from '../personalStorage'

interface AmplifyTokens {
  accessToken: { toString(): string }
  /** What was typed into the form: an address, where the pool's own name is a UUID. */
  signInDetails?: { loginId?: string }
}

/** What is used of Amplify. It keeps the tokens, in localStorage, and trades them for new ones. */
export interface Amplify {
  fetchAuthSession(options?: {
    forceRefresh?: boolean
  }): Promise<{ tokens?: AmplifyTokens | undefined }>
  signOut(): Promise<unknown>
}

export interface CognitoTokenSource extends TokenSource {
  /** Somebody has just signed in. */
  arrived(): Promise<void>
}

/** A token is renewed so long before its end, and what was opened with it opened anew. */
const EARLY = 60_000
/** Until a renewal is tried again that did not reach Cognito. */
const PATIENCE = 15_000
/** Who comes so soon after another one's vain try is not made to wait for one more. */
const VAIN = 2_000
/** Signing out here does not wait longer for Cognito to hear of it. */
const FAREWELL = 3_000
/** setTimeout cannot wait longer than this. */
const LONGEST_TIMER = 2 ** 31 - 1
/** Names under which Amplify keeps something of a person. */
const AMPLIFY_KEYS = /^(CognitoIdentityServiceProvider|CognitoSignInState|com\.amplify\.Cognito)\b/

function keysOf(storage: Storage): string[] {
  return Object.keys(storage).filter((key) => AMPLIFY_KEYS.test(key))
}

/** Access tokens of a Cognito user pool. */
export async function cognitoTokenSource(
  amplify: Amplify,
  storage: Storage = window.localStorage,
  restart = () => window.location.reload(),
): Promise<CognitoTokenSource> {
  const stateListeners = new Set<() => void>()
  const renewalListeners = new Set<() => void>()
  const session = () => keysOf(storage).some((key) => key.endsWith('.accessToken'))
  let state: SignInState = session() ? 'signed-in' : 'signed-out'
  let held: string | null = null
  let name: string | null = null
  /** Milliseconds that Cognito's clock is ahead of this one's. */
  let ahead = 0
  let failedAt = 0
  let turns: Promise<void> = Promise.resolve()
  let renewedOnRefusal: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const become = (next: SignInState) => {
    if (next === state) return
    state = next
    for (const listener of stateListeners) listener()
  }

  const left = (token: string) => (readToken(token)?.expiresAt ?? 0) - Date.now() - ahead

  const renewIn = (delay: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void renew(held), Math.min(Math.max(delay, 0), LONGEST_TIMER))
  }

  const hold = (token: string | null) => {
    const before = held
    held = token
    clearTimeout(timer)
    if (token === null) return become(state === 'signed-out' ? 'signed-out' : 'expired')
    const subject = readToken(token)?.subject ?? ''
    assignPersonalStorage(subject, storage)
    // Another tab has signed in as somebody else: nothing that is in memory may be shown to them.
    if (before !== null && readToken(before)?.subject !== subject) return restart()
    become('signed-in')
    renewIn(left(token) - EARLY)
    if (before === null || before === token) return
    for (const listener of renewalListeners) listener()
  }

  const read = async (forceRefresh: boolean) => {
    try {
      const { tokens } = await amplify.fetchAuthSession({ forceRefresh })
      const token = tokens?.accessToken.toString() ?? null
      const claims = token === null ? null : readToken(token)
      if (forceRefresh && claims?.issuedAt) ahead = claims.issuedAt - Date.now()
      name = tokens?.signInDetails?.loginId ?? null
      hold(token)
    } catch {
      // Cognito could not be reached. What is held may still do, and the session may still live.
      failedAt = Date.now()
      renewIn(PATIENCE)
    }
  }

  /** One thing at a time; none of them throws. */
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    turns = turns.then(act)
    return turns
  }

  /** Another token in the place of this one, unless there is by then. */
  const renew = (token: string | null) =>
    inTurn(async () => {
      if (state !== 'signed-in' || held !== token || Date.now() - failedAt < VAIN) return
      await read(token !== null)
    })

  const end = async (next: SignInState) => {
    clearTimeout(timer)
    const farewell = amplify.signOut().catch(() => {})
    await Promise.race([farewell, new Promise((done) => setTimeout(done, FAREWELL))])
    for (const each of [storage, window.sessionStorage]) {
      for (const key of keysOf(each)) each.removeItem(key)
    }
    held = null
    become(next)
  }

  window.addEventListener('storage', ({ key }) => {
    if (key !== null && !key.endsWith('.accessToken')) return
    if (session()) return void inTurn(() => read(false))
    held = null
    clearTimeout(timer)
    become('signed-out')
  })
  if (session()) await inTurn(() => read(false))

  return {
    current: async () => {
      await turns
      if (state !== 'signed-in') return null
      if (held === null || left(held) < EARLY) await renew(held)
      return held
    },
    refused: async (token) => {
      await turns
      // Not its age, then: this studio does not take this person's tokens.
      if (state === 'signed-in' && token === held && token === renewedOnRefusal) {
        await inTurn(() => end('expired'))
      }
      if (state !== 'signed-in') return false
      if (token === held) {
        await renew(token)
        if (held === token) return false
        renewedOnRefusal = held
      }
      return held !== null
    },
    onRenewed: (listener) => {
      renewalListeners.add(listener)
      return () => renewalListeners.delete(listener)
    },
    arrived: () => inTurn(() => read(false)),
    signOut: async () => {
      await inTurn(() => end('signed-out'))
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
