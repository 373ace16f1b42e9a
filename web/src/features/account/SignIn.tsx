import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import { Field } from '../../ui/Field'
import styles from './SignIn.module.css'

/** The sign-in form for the local server, shown without a valid token. */
export default function SignIn({
  expired,
  signIn,
}: {
  expired: boolean
  signIn: (token: string) => boolean
}) {
  const { t } = useTranslation()
  const [token, setToken] = useState('')
  const [refused, setRefused] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setRefused(!signIn(token))
  }
  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit}>
        <h1>{t(expired ? 'signIn.titleExpired' : 'signIn.titleSignedOut')}</h1>
        <p>{t(expired ? 'signIn.textExpired' : 'signIn.textSignedOut')}</p>
        <ul>
          <li>
            <code>{t('signIn.upCommand')}</code> {t('signIn.upText')}
          </li>
          <li>
            <code>{t('signIn.command')}</code> {t('signIn.tokenText')}
          </li>
        </ul>
        <Field label={t('signIn.field')} error={refused ? t('signIn.invalid') : undefined}>
          {(control) => (
            <textarea
              {...control}
              rows={3}
              autoComplete="off"
              spellCheck={false}
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={token.trim() === ''}>
          {t('signIn.submit')}
        </Button>
      </form>
    </main>
  )
}
