import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useList } from '../../app/StudioContext'
import type { GenerationList } from '../../graphql/generationList'
import { Button } from '../../ui/Button'
import { HistoryCell } from './HistoryCell'
import styles from './HistoryGrid.module.css'

export function HistoryGrid({
  ids,
  list,
  trashed,
}: {
  ids: readonly string[]
  list: GenerationList
  trashed: boolean
}) {
  const { t } = useTranslation()
  const { hasNextPage } = useList(list)
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!end.current || !hasNextPage) return
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && void list.loadMore(),
      { rootMargin: '600px' },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  })
  return (
    <>
      <ul className={styles.grid}>
        {ids.map((id) => (
          <li key={id}>
            <HistoryCell id={id} trashed={trashed} />
          </li>
        ))}
      </ul>
      <div ref={end} className={styles.end}>
        {hasNextPage && <Button onClick={() => list.loadMore()}>{t('history.more')}</Button>}
      </div>
    </>
  )
}
