import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { formatLocale } from '../../../i18n/formatLocale'
import { Notice } from '../../../ui/Notice'
import type { PromptGrid } from '../gridStore'
import styles from './GridPage.module.css'

/** The grids that were sent from this browser. */
export function GridList({ grids }: { grids: readonly PromptGrid[] }) {
  const { t, i18n } = useTranslation()
  return (
    <div className={styles.page}>
      <h1>{t('grids.all')}</h1>
      {grids.length === 0 && <Notice title={t('grids.emptyTitle')} text={t('grids.syntax')} />}
      {grids.length > 0 && <p className={styles.facts}>{t('grids.kept')}</p>}
      <ul className={styles.list}>
        {grids.map(({ id, prompt, cells, createdAt }) => (
          <li key={id}>
            <Link className={styles.item} href={`/grids/${id}`}>
              <span>{prompt}</span>
              <span className={styles.facts}>
                {t('grids.promptCount', { count: cells.length })} ·{' '}
                {new Date(createdAt).toLocaleString(formatLocale(i18n.language))}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
