import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { BOARDS_ROUTE } from './board'
import styles from './LibraryTabs.module.css'

/** On phones, where the tabs at the bottom have no space for the boards: the library and the boards. */
export function LibraryTabs({ current }: { current: 'library' | 'boards' }) {
  const { t } = useTranslation()
  const tab = (href: string, label: string, isCurrent: boolean) => (
    <Link href={href} className={styles.tab} aria-current={isCurrent ? 'page' : undefined}>
      {label}
    </Link>
  )
  return (
    <nav className={styles.tabs} aria-label={t('history.title')}>
      {tab('/history', t('history.all'), current === 'library')}
      {tab(BOARDS_ROUTE, t('app.boards'), current === 'boards')}
    </nav>
  )
}
