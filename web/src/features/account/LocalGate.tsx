import { type ReactNode, Suspense, useSyncExternalStore } from 'react'
import type { TokenSource } from '../../graphql/client/tokenSource'
import { lazyPart } from '../../ui/lazyPart'
import type { LocalTokenSource } from './localTokenSource'

const SignIn = lazyPart(() => import('./SignIn'))

/** Show the children to signed-in users and the sign-in form to others. */
export function LocalGate({
  tokens,
  loading,
  children,
}: {
  tokens: LocalTokenSource
  /** Shown until the form is loaded. */
  loading: ReactNode
  children: (tokens: TokenSource) => ReactNode
}) {
  const state = useSyncExternalStore(tokens.onState, tokens.state)
  if (state === 'signed-in') return children(tokens)
  return (
    <Suspense fallback={loading}>
      <SignIn expired={state === 'expired'} signIn={tokens.signIn} />
    </Suspense>
  )
}
