import { Popover } from '@base-ui/react/popover'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useList, useRunningIds, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { useGenerationActions } from '../generations/useGenerationActions'
import { SCREEN, useMediaQuery } from '../layout/screen'
import { QueueItem } from './QueueItem'
import menuStyles from './QueueMenu.module.css'
import styles from './QueuePopover.module.css'
import { queueOrder, retryable } from './queueOrder'

/** The queue: running generations first, then the waiting ones in order. It starts open. */
export default function QueuePopover({ label, children }: { label: string; children: ReactNode }) {
  const { t } = useTranslation()
  const hasRail = useMediaQuery(SCREEN.rail)
  const { unfinished, recent, store } = useStudio()
  const { cancel, retry } = useGenerationActions()
  const { ids } = useList(unfinished)
  const { ids: recentIds } = useList(recent)
  // The order changes with the status.
  useRunningIds(ids)
  const queue = queueOrder(ids.flatMap((id) => store.get(id) ?? []))
  const failed = retryable(recentIds.flatMap((id) => store.get(id) ?? []))
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger
        render={<Button variant="plain" icon className={menuStyles.button} aria-label={label} />}
      >
        {children}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner
          side={hasRail ? 'right' : 'top'}
          sideOffset={8}
          collisionPadding={8}
          align="end"
          className={styles.positioner}
        >
          <Popover.Popup className={styles.popup} aria-label={t('queue.title')}>
            <div className={styles.header}>
              <h2>{t('queue.title')}</h2>
              {queue.length > 1 && (
                <Button
                  size="small"
                  variant="danger"
                  onClick={async () => {
                    // The waiting ones first, so that none of them starts meanwhile.
                    for (const { id } of queue.toReversed()) await cancel(id)
                  }}
                >
                  {t('queue.cancelAll', { count: queue.length })}
                </Button>
              )}
            </div>
            {queue.length === 0 && <p className={styles.empty}>{t('queue.empty')}</p>}
            <ol className={styles.list}>
              {queue.map((generation) => (
                <QueueItem key={generation.id} generation={generation} cancel={cancel} />
              ))}
            </ol>
            {failed.length > 0 && (
              <Button
                size="small"
                onClick={async () => {
                  for (const { id } of failed) await retry(id)
                }}
              >
                {t('queue.retryFailed', { count: failed.length })}
              </Button>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
