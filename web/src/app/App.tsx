import { CSPProvider } from '@base-ui/react/csp-provider'
import {
  type ReactNode,
  Suspense,
  startTransition,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import { useTranslation } from 'react-i18next'
import { Provider } from 'urql'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { LocalGate } from '../features/account/LocalGate'
import type { LocalTokenSource } from '../features/account/localTokenSource'
import { notifyOnCompletion } from '../features/create/notifications/notifications'
import { useResend } from '../features/create/useResend'
import type { TokenSource } from '../graphql/client/tokenSource'
import { browserStorage } from '../storage/browserStorage'
import { type Configuration, loadConfiguration } from '../studio/configuration'
import type { EarlyStudio } from '../studio/earlyStudio'
import { openStudio, type Studio } from '../studio/openStudio'
import { StudioProvider } from '../studio/StudioContext'
import { Button } from '../ui/Button'
import { lazyPart } from '../ui/lazyPart'
import { Notice } from '../ui/Notice'
import { LazyToasts } from '../ui/toast/LazyToasts'
import { showToast } from '../ui/toast/toastQueue'
import { TooltipLayer } from '../ui/tooltip/TooltipLayer'
import { Pages } from './Pages'

// Amplify is larger than the rest of the page. Load it only if a user pool is configured.
const CognitoGate = lazyPart(() => import('../features/account/cognito/CognitoGate'))

/** Sign the user in, and show the studio. */
export function App({
  localTokens,
  configuration: initial,
  early,
}: {
  localTokens: LocalTokenSource
  configuration: Configuration | 'failed'
  /** Null if nobody was signed in when the page was loaded. */
  early: EarlyStudio | null
}) {
  const { t } = useTranslation()
  const [configuration, setConfiguration] = useState(initial)
  const load = () => void loadConfiguration().then(setConfiguration, () => {})

  if (configuration === 'failed') {
    return (
      <StandaloneNotice>
        <Notice alert title={t('app.unreachableTitle')} text={t('app.unreachableText')}>
          <Button onClick={load}>{t('app.tryAgain')}</Button>
        </Notice>
      </StandaloneNotice>
    )
  }
  const loading = (
    <StandaloneNotice>
      <Notice text={t('app.loading')} />
    </StandaloneNotice>
  )
  const renderStudio = (tokens: TokenSource) => (
    <SignedInStudio configuration={configuration} tokens={tokens} early={early} />
  )
  if (configuration.cognito === null) {
    return (
      <LocalGate tokens={localTokens} loading={loading}>
        {renderStudio}
      </LocalGate>
    )
  }
  return (
    <Suspense fallback={loading}>
      <CognitoGate outputs={configuration.cognito}>{renderStudio}</CognitoGate>
    </Suspense>
  )
}

/** A page that contains only a notice. */
function StandaloneNotice({ children }: { children: ReactNode }) {
  return (
    <main>
      <h1 className="visually-hidden">genai-studio</h1>
      {children}
    </main>
  )
}

/** Say once that the browser cannot store the sign-in and the form. */
function useStorageNotice() {
  const { t } = useTranslation()
  const hasFailed = useSyncExternalStore(browserStorage.onFailure, browserStorage.failed)
  useEffect(() => {
    if (hasFailed) showToast(t('app.storageFailed'))
  }, [hasFailed, t])
}

function SignedInStudio({
  configuration,
  tokens,
  early,
}: {
  configuration: Configuration
  tokens: TokenSource
  early: EarlyStudio | null
}) {
  const { i18n } = useTranslation()
  const [studio, setStudio] = useState<Studio | null>(null)
  useEffect(() => {
    const newStudio = early?.take() ?? openStudio(configuration, tokens)
    startTransition(() => setStudio(newStudio))
    const stopNotifications = notifyOnCompletion(newStudio.store, () =>
      i18n.t('create.notifyTitle'),
    )
    return () => {
      stopNotifications()
      newStudio.close()
    }
  }, [configuration, tokens, early, i18n])
  useStorageNotice()
  useResend(studio)
  if (studio === null) return null
  return (
    <Provider value={studio.client}>
      <StudioProvider value={studio}>
        {/* The content security policy forbids inline style elements. */}
        <CSPProvider disableStyleElements>
          {/* Routes are in the fragment, so that static hosting needs no rewrite rules. */}
          <Router hook={useHashLocation}>
            <Pages version={configuration.version} signOut={tokens.signOut} />
          </Router>
          <LazyToasts />
          <TooltipLayer />
        </CSPProvider>
      </StudioProvider>
    </Provider>
  )
}
