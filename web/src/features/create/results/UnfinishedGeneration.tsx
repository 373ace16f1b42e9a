import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Generation } from '../../../graphql/store/generation'
import { useProgress, useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { useGenerationActions } from '../../generations/useGenerationActions'
import styles from './GenerationCard.module.css'

const WAITING_REASONS = {
  ENDPOINT_WARMING: 'queue.warming',
  ENDPOINT_THROTTLED: 'queue.throttled',
  RETRY: 'queue.retrying',
  WORKER_LOST: 'queue.workerLost',
} as const

/** The progress of a queued or running generation. */
export function UnfinishedGeneration({ generation }: { generation: Generation }) {
  const { t } = useTranslation()
  const { cancel } = useGenerationActions()
  const progress = useProgress(generation.id)
  const { prompt, status, width, height } = generation
  return (
    <div className={styles.unfinished} style={{ aspectRatio: `${width} / ${height}` }}>
      {progress?.previewUrl && (
        <img
          className={styles.preview}
          src={progress.previewUrl}
          alt={t('queue.previewAlt', { prompt })}
        />
      )}
      <div className={styles.status}>
        <div className={styles.line}>
          {status === 'RUNNING' ? (
            progress ? (
              <span>{t('queue.step', { step: progress.step, steps: progress.steps })}</span>
            ) : (
              <ElapsedTime generation={generation} />
            )
          ) : (
            <span>{queueText(generation, t)}</span>
          )}
          <Button size="small" variant="plain" onClick={() => cancel(generation.id)}>
            {t('queue.cancel')}
          </Button>
        </div>
        {status === 'RUNNING' && (
          <progress
            className={styles.bar}
            aria-label={t('queue.progressOf', { prompt })}
            {...(progress ? { value: progress.step, max: progress.steps } : {})}
          />
        )}
      </div>
    </div>
  )
}

function queueText({ waitingReason, queuePosition }: Generation, t: TFunction): string {
  if (waitingReason) return t(WAITING_REASONS[waitingReason])
  if (queuePosition != null) return t('queue.position', { position: queuePosition })
  return t('queue.queued')
}

/** The elapsed and the typical time, for endpoints that do not report steps. */
function ElapsedTime({ generation }: { generation: Generation }) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const startedAt = Date.parse(generation.startedAt ?? generation.createdAt)
  const elapsed = Math.max(0, Math.round((now - startedAt) / 1000))
  const typical = store.typicalSeconds(generation.model)
  return (
    <span>
      {typical === null
        ? `${t('queue.running')} · ${t('queue.elapsed', { elapsed })}`
        : t('queue.elapsedOfTypical', { elapsed, typical })}
    </span>
  )
}
