import { Authenticator } from '@aws-amplify/ui-react'
import { I18n } from 'aws-amplify/utils'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../../ui/Notice'
import './authenticator.css'
import chinese from './authenticator.zh-CN.json'
import styles from './CognitoSignIn.module.css'

I18n.putVocabularies({ 'zh-CN': chinese })

/** Amplify's forms: sign-in, sign-up, confirmation, reset and second factors. */
export default function CognitoSignIn({
  expired,
  onSignedIn,
}: {
  expired: boolean
  onSignedIn: () => Promise<void>
}) {
  const { t, i18n } = useTranslation()
  I18n.setLanguage(i18n.language)
  return (
    <main className={styles.page}>
      <h1>{t(expired ? 'signIn.titleExpired' : 'signIn.titleSignedOut')}</h1>
      {expired && <p className={styles.secondary}>{t('signIn.textExpiredCognito')}</p>}
      {/* Amplify's headings are h3, so an h2 is needed between. */}
      <h2 className="visually-hidden">{t('app.account')}</h2>
      <div className={styles.forms} data-amplify-theme="genai-studio">
        <Authenticator>
          {/* Rendered after all steps, including a second factor and contact verification. */}
          <Completed onSignedIn={onSignedIn} />
        </Authenticator>
      </div>
    </main>
  )
}

function Completed({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const { t } = useTranslation()
  useEffect(() => void onSignedIn(), [onSignedIn])
  return <Notice text={t('app.loading')} />
}
