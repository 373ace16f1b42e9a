export type SignInState = 'signed-in' | 'signed-out' | 'expired'

/**
 * Provides access tokens: from a sign-in link on the local server, from Cognito in an AWS account.
 * `current` is asynchronous because it may refresh a Cognito token.
 */
export interface TokenSource {
  /** Return the token to send. Null if signed out. */
  current(): Promise<string | null>
  /** Report that the server refused this token. Resolves to true if another token is available. */
  refused(token: string): Promise<boolean>
  /**
   * Call `listener` after the token was renewed. Connections must be reopened then, because the
   * server closes them when the old token expires.
   */
  onRenewed(listener: () => void): () => void
  signOut(): Promise<void>
  /** Return the name the user signed in with. Null if only the API knows a name. */
  name(): string | null
  state(): SignInState
  onState(listener: () => void): () => void
}
