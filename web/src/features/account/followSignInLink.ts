import i18next from 'i18next'
import type { LocalTokenSource } from './localTokenSource'

/**
 * Sign in with the token of a sign-in link. A link can come from anyone, so ask before it replaces
 * another account: what the user then writes would be saved in the account of the link.
 *
 * Call it after `startI18n` if there is another account. Returns false if the token is invalid or the
 * user declined.
 */
export function followSignInLink(
  tokens: LocalTokenSource,
  token: string,
  ask: (question: string) => boolean = (question) => window.confirm(question),
): boolean {
  const account = tokens.otherAccount(token)
  if (account !== null && !ask(i18next.t('signIn.switchAccount', { account }))) return false
  return tokens.signIn(token)
}
