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
  arrived,
}: {
  expired: boolean
  arrived: () => Promise<void>
}) {
  const { t, i18n } = useTranslation()
  I18n.setLanguage(i18n.language)
  return (
    <main className={styles.page}>
      <h1>{t(expired ? 'signIn.titleExpired' : 'signIn.titleSignedOut')}</h1>
      {expired && <p className={styles.quiet}>{t('signIn.textExpiredCognito')}</p>}
      {/* Amplify's own headings are of the third rank. */}
      <h2 className="visually-hidden">{t('app.account')}</h2>
      <div className={styles.forms} data-amplify-theme="genai-studio">
        <Authenticator>
          {/* Once through all the forms, a second factor and a missing contact included. */}
          <Arrived arrived={arrived} />
        </Authenticator>
      </div>
    </main>
  )
}

function Arrived({ arrived }: { arrived: () => Promise<void> }) {
  const { t } = useTranslation()
  useEffect(() => void arrived(), [arrived])
  return <Notice text={t('app.loading')} />
}
