import { Popover } from '@base-ui/react/popover'
import { CircleUser } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { withBasePath } from '../../app/basePath'
import { applyTheme, selectedTheme, THEMES, type Theme } from '../../app/theme'
import { ViewerDocument } from '../../graphql/generated/operations'
import { chooseLanguage, LANGUAGES, type Language } from '../../i18n/i18n'
import { useStudio } from '../../studio/StudioContext'
import { Button, buttonClass } from '../../ui/Button'
import { Select } from '../../ui/controls/Select'
import { SCREEN, useMediaQuery } from '../layout/screen'
import styles from './AccountPopover.module.css'

const THEME_NAMES = {
  system: 'app.themeSystem',
  light: 'app.themeLight',
  dark: 'app.themeDark',
} as const

const LANGUAGE_OPTIONS = Object.entries(LANGUAGES).map(([language, name]) => ({
  value: language as Language,
  label: name,
}))

/** The account menu. It is loaded when first opened, so it starts open. */
export default function AccountPopover({
  version,
  signOut,
}: {
  version: string
  signOut: () => Promise<void>
}) {
  const { t, i18n } = useTranslation()
  const hasRail = useMediaQuery(SCREEN.rail)
  const [theme, setTheme] = useState(selectedTheme)
  const choose = (next: Theme) => {
    applyTheme(next)
    setTheme(next)
  }
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger render={<Button variant="plain" icon aria-label={t('app.account')} />}>
        <CircleUser size={20} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner
          side={hasRail ? 'right' : 'top'}
          sideOffset={8}
          collisionPadding={8}
          align="end"
          className={styles.positioner}
        >
          <Popover.Popup className={styles.popup} aria-label={t('app.account')}>
            <AccountSummary />
            <Select
              label={t('app.language')}
              options={LANGUAGE_OPTIONS}
              value={i18n.language as Language}
              set={(language) => void chooseLanguage(language)}
            />
            <Select
              label={t('app.theme')}
              options={THEMES.map((each) => ({ value: each, label: t(THEME_NAMES[each]) }))}
              value={theme}
              set={choose}
            />
            <a className={buttonClass({})} href={withBasePath('/graphiql')}>
              {t('app.explorer')}
            </a>
            <Button onClick={() => void signOut()}>{t('app.signOut')}</Button>
            <p className={styles.secondary}>{t('account.version', { version })}</p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** The user and quota. Fetched each time the menu opens, because every image changes the quota. */
function AccountSummary() {
  const { t } = useTranslation()
  const { name } = useStudio()
  const [{ data }] = useQuery({ query: ViewerDocument, requestPolicy: 'cache-and-network' })
  if (!data) return null
  const { username, quota } = data.viewer
  return (
    <div>
      <strong>{t('account.signedInAs', { username: name ?? username })}</strong>
      <p className={styles.secondary}>
        {quota.limit == null
          ? t('account.quotaNone')
          : t('account.quotaLeft', { left: quota.left ?? 0, limit: quota.limit })}
      </p>
    </div>
  )
}
