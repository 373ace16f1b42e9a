import { Images, Sparkles, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { AccountMenu } from '../features/account/AccountMenu'
import { QueueMenu } from '../features/queue/QueueMenu'
import { ConnectionBanner } from './ConnectionBanner'
import styles from './Header.module.css'

const PAGES = [
  { href: '/', label: 'app.create', Icon: Sparkles },
  { href: '/history', label: 'app.history', Icon: Images },
  { href: '/trash', label: 'app.trash', Icon: Trash2 },
] as const

export function Header({
  base,
  version,
  signOut,
}: {
  base: string
  version: string
  signOut: () => Promise<void>
}) {
  const { t } = useTranslation()
  return (
    <header className={styles.header}>
      <div className={styles.bar}>
        <span className={styles.brand}>genai-studio</span>
        <nav className={styles.nav}>
          {PAGES.map(({ href, label, Icon }) => (
            <Link
              key={href}
              href={href}
              className={styles.link}
              aria-current={base === href ? 'page' : undefined}
            >
              <Icon size={18} aria-hidden />
              <span>{t(label)}</span>
            </Link>
          ))}
        </nav>
        <QueueMenu />
        <AccountMenu version={version} signOut={signOut} />
      </div>
      <ConnectionBanner />
    </header>
  )
}
