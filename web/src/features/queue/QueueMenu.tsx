import { ListTodo } from 'lucide-react'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { lazyPart } from '../../ui/lazyPart'
import styles from './QueueMenu.module.css'
import { useTabStatus } from './useTabStatus'

const load = () => import('./QueuePopover')
const QueuePopover = lazyPart(load)

/** The queue button with the number of unfinished generations. The panel is loaded on demand. */
export function QueueMenu() {
  const { t } = useTranslation()
  const { unfinished } = useStudio()
  const { ids, hasNextPage, status } = useList(unfinished)
  const [opened, setOpened] = useState(false)
  // Count all of them, not only the first page.
  useEffect(() => {
    if (hasNextPage && status === 'ready') void unfinished.loadMore()
  }, [hasNextPage, status, unfinished])
  useTabStatus(ids.length)
  const label = t('queue.open', { count: ids.length })
  const content = (
    <>
      <ListTodo size={20} aria-hidden />
      {ids.length > 0 && <span className={styles.badge}>{ids.length}</span>}
    </>
  )
  const button = (
    <Button
      variant="plain"
      icon
      className={styles.button}
      aria-label={label}
      onPointerEnter={load}
      onFocus={load}
      onClick={() => setOpened(true)}
    >
      {content}
    </Button>
  )
  if (!opened) return button
  return (
    <Suspense fallback={button}>
      <QueuePopover label={label}>{content}</QueuePopover>
    </Suspense>
  )
}
