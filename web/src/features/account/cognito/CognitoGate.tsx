import { lazy, type ReactNode, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { TokenSource } from '../../../graphql/client/tokenSource'
import type { CognitoOutputs } from '../../../studio/configuration'
import { Notice } from '../../../ui/Notice'
import type { CognitoTokenSource } from './cognitoTokenSource'
import { openCognito } from './openCognito'

// Whoever is signed in already never loads the forms.
const CognitoSignIn = lazy(() => import('./CognitoSignIn'))

/** Shows its children to whom Cognito knows, and its forms to everybody else. */
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
  return <CognitoSignIn expired={state === 'expired'} arrived={tokens.arrived} />
}
