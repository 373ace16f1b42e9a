import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Generation } from '../../graphql/store/generation'
import { useGeneration, useProgress } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import styles from './QueuePopover.module.css'

/** One unfinished generation with its progress or position. */
export function QueueItem({
  generation: listed,
  cancel,
}: {
  generation: Generation
  cancel: (id: string) => void
}) {
  const { t } = useTranslation()
  const progress = useProgress(listed.id)
  const { id, prompt, status, queuePosition } = useGeneration(listed.id) ?? listed
  const state =
    status === 'RUNNING'
      ? progress
        ? t('queue.step', { step: progress.step, steps: progress.steps })
        : t('queue.running')
      : queuePosition == null
        ? t('queue.queued')
        : t('queue.position', { position: queuePosition })
  return (
    <li className={styles.item}>
      <div className={styles.text}>
        <span className={styles.prompt}>{prompt}</span>
        <span className={styles.state}>{state}</span>
        {progress && (
          <progress
            value={progress.step}
            max={progress.steps}
            aria-label={t('queue.progressOf', { prompt })}
          />
        )}
      </div>
      <Button
        size="small"
        variant="plain"
        icon
        aria-label={t('queue.cancelOne', { prompt })}
        onClick={() => cancel(id)}
      >
        <X size={16} aria-hidden />
      </Button>
    </li>
  )
}
