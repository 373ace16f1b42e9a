export type SignInState = 'signed-in' | 'signed-out' | 'expired'

/**
 * Where access tokens come from: the printed link at the local host, Cognito in an account.
 * `current` is asynchronous because Cognito's tokens are refreshed when they are asked for.
 */
export interface TokenSource {
  /** The token to send now; null when nobody is signed in. */
  current(): Promise<string | null>
  /** A host has refused this token. Whether there is another one to try again with. */
  refused(token: string): Promise<boolean>
  /**
   * Calls back when another token has taken the current one's place. What was opened with the old
   * one ends with it, so it is better opened anew before.
   */
  onRenewed(listener: () => void): () => void
  signOut(): Promise<void>
  /** What the person signed in by; null where the host knows a better name. */
  name(): string | null
  state(): SignInState
  onState(listener: () => void): () => void
}
