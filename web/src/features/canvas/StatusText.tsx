import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Generation, Progress } from '../../graphql/store/generation'
import { useStudio } from '../../studio/StudioContext'

const WAITING_REASONS = {
  ENDPOINT_WARMING: 'queue.warming',
  ENDPOINT_THROTTLED: 'queue.throttled',
  RETRY: 'queue.retrying',
  WORKER_LOST: 'queue.workerLost',
} as const

/** What an unfinished generation is doing: its step, its duration, or why it waits. */
export function StatusText({
  generation,
  progress,
}: {
  generation: Generation
  progress: Progress | null
}) {
  const { t } = useTranslation()
  if (generation.status !== 'RUNNING') return <span>{queueText(generation, t)}</span>
  if (!progress) return <ElapsedTime generation={generation} />
  return <span>{t('queue.step', { step: progress.step, steps: progress.steps })}</span>
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
