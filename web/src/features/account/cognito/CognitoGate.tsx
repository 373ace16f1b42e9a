import { type ReactNode, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { TokenSource } from '../../../graphql/client/tokenSource'
import type { CognitoOutputs } from '../../../studio/configuration'
import { lazyPart } from '../../../ui/lazyPart'
import { Notice } from '../../../ui/Notice'
import type { CognitoTokenSource } from './cognitoTokenSource'
import { openCognito } from './openCognito'

// Signed-in users do not need the forms.
const CognitoSignIn = lazyPart(() => import('./CognitoSignIn'))

/** Show the children to users signed in at Cognito and the sign-in forms to others. */
export default function CognitoGate({
  outputs,
  children,
}: {
  outputs: CognitoOutputs
  children: (tokens: TokenSource) => ReactNode
}) {
  const { t } = useTranslation()
  const [tokens, setTokens] = useState<CognitoTokenSource | null>(null)
  useEffect(() => void openCognito(outputs).then(setTokens), [outputs])
  const loading = <Notice text={t('app.loading')} />
  if (tokens === null) return loading
  return (
    <Suspense fallback={loading}>
      <Gate tokens={tokens}>{children}</Gate>
    </Suspense>
  )
}

function Gate({
  tokens,
  children,
}: {
  tokens: CognitoTokenSource
  children: (tokens: TokenSource) => ReactNode
}) {
  const state = useSyncExternalStore(tokens.onState, tokens.state)
  if (state === 'signed-in') return children(tokens)
  return <CognitoSignIn expired={state === 'expired'} onSignedIn={tokens.onSignedIn} />
}
