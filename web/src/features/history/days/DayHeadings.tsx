import { useTranslation } from 'react-i18next'
import { formatLocale } from '../../../i18n/formatLocale'
import styles from './DayHeadings.module.css'
import type { Section } from './dayLayout'
import { dayName } from './days'

/** The headings of the days. Each stays in view while images of its day are. */
export function DayHeadings({ sections }: { sections: readonly Section[] }) {
  const { i18n } = useTranslation()
  const now = new Date()
  return sections.map(({ key, top, height }) => (
    <div key={key} className={styles.section} style={{ top, height }}>
      <h2 className={styles.day}>
        <span>{dayName(key, formatLocale(i18n.language), now)}</span>
      </h2>
    </div>
  ))
}
