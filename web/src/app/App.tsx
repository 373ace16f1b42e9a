import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Provider } from 'urql'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { LocalGate } from '../features/account/LocalGate'
import type { LocalTokenSource } from '../features/account/localTokenSource'
import { notifyWhenDone } from '../features/create/notifications/notifications'
import type { TokenSource } from '../graphql/client/tokenSource'
import { type Configuration, loadConfiguration } from '../studio/configuration'
import { openStudio, type Studio } from '../studio/openStudio'
import { StudioProvider } from '../studio/StudioContext'
import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'
import { Toasts } from '../ui/toast/LazyToasts'
import { Pages } from './Pages'

// Amplify weighs more than the rest of the page: it is fetched where a user pool signs people in.
const CognitoGate = lazy(() => import('../features/account/cognito/CognitoGate'))

/** The studio when somebody is signed in and the host has said how to reach it. */
export function App({ localTokens }: { localTokens: LocalTokenSource }) {
  const { t } = useTranslation()
  const [configuration, setConfiguration] = useState<Configuration | 'broken' | null>(null)
  const load = useCallback(() => {
    loadConfiguration().then(setConfiguration, () => setConfiguration('broken'))
  }, [])
  useEffect(load, [load])

  if (configuration === 'broken') {
    return (
      <Alone>
        <Notice alert title={t('app.brokenTitle')} text={t('app.brokenText')}>
          <Button onClick={load}>{t('app.tryAgain')}</Button>
        </Notice>
      </Alone>
    )
  }
  const loading = (
    <Alone>
      <Notice text={t('app.loading')} />
    </Alone>
  )
  if (configuration === null) return loading
  const enter = (tokens: TokenSource) => <SignedIn configuration={configuration} tokens={tokens} />
  if (configuration.cognito === null) return <LocalGate tokens={localTokens}>{enter}</LocalGate>
  return (
    <Suspense fallback={loading}>
      <CognitoGate outputs={configuration.cognito}>{enter}</CognitoGate>
    </Suspense>
  )
}

/** A notice before there is a page around it. */
function Alone({ children }: { children: ReactNode }) {
  return (
    <main>
      <h1 className="visually-hidden">genai-studio</h1>
      {children}
    </main>
  )
}

function SignedIn({
  configuration,
  tokens,
}: {
  configuration: Configuration
  tokens: TokenSource
}) {
  const { i18n } = useTranslation()
  const [studio, setStudio] = useState<Studio | null>(null)
  useEffect(() => {
    const opened = openStudio(configuration, tokens)
    setStudio(opened)
    const silence = notifyWhenDone(opened.store, () => i18n.t('create.notifyTitle'))
    return () => {
      silence()
      opened.close()
    }
  }, [configuration, tokens, i18n])
  if (studio === null) return null
  return (
    <Provider value={studio.client}>
      <StudioProvider value={studio}>
        {/* Routes live in the fragment: any host that serves one file serves every page. */}
        <Router hook={useHashLocation}>
          <Pages version={configuration.version} signOut={tokens.signOut} />
        </Router>
        <Toasts />
      </StudioProvider>
    </Provider>
  )
}
