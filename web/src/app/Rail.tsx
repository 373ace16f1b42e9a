import { Brush, Folders, Images, Sparkles, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { AccountMenu } from '../features/account/AccountMenu'
import { SCREEN, useMediaQuery } from '../features/layout/screen'
import { QueueMenu } from '../features/queue/QueueMenu'
import styles from './Rail.module.css'

const BOARDS = '/boards'

const PAGES = [
  { href: '/', label: 'app.create', Icon: Sparkles },
  { href: '/history', label: 'app.history', Icon: Images },
  { href: BOARDS, label: 'app.boards', Icon: Folders },
  { href: '/edit', label: 'edit.edit', Icon: Brush },
  { href: '/trash', label: 'app.trash', Icon: Trash2 },
] as const

/** The navigation: a rail at the side, or tabs at the bottom of a phone. */
export function Rail({
  base,
  version,
  signOut,
}: {
  base: string
  version: string
  signOut: () => Promise<void>
}) {
  const { t } = useTranslation()
  const isColumn = useMediaQuery(SCREEN.rail)
  // On phones, the boards are a tab of the library.
  const current = base.startsWith(BOARDS) ? (isColumn ? BOARDS : '/history') : base
  return (
    <header className={styles.rail} data-tooltip-side={isColumn ? 'right' : 'top'}>
      <nav className={styles.nav}>
        {PAGES.filter(({ href }) => isColumn || href !== BOARDS).map(({ href, label, Icon }) => (
          <Link
            key={href}
            href={href}
            className={styles.link}
            data-tooltip={t(label)}
            aria-current={current === href ? 'page' : undefined}
          >
            <Icon size={20} aria-hidden />
            <span>{t(label)}</span>
          </Link>
        ))}
      </nav>
      <QueueMenu />
      <AccountMenu version={version} signOut={signOut} />
    </header>
  )
}
