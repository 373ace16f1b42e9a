import { useTranslation } from 'react-i18next'
import type { Generation } from '../../graphql/store/generation'
import { useProgress } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { useGenerationActions } from '../generations/useGenerationActions'
import { Fitted } from './Fitted'
import { StatusText } from './StatusText'
import styles from './UnfinishedGeneration.module.css'

/** A queued or running generation: its latest preview and its progress. */
export function UnfinishedGeneration({ generation }: { generation: Generation }) {
  const { t } = useTranslation()
  const { cancel } = useGenerationActions()
  const progress = useProgress(generation.id)
  const { id, prompt, status, width, height } = generation
  return (
    <Fitted ratio={width / height}>
      <div className={styles.unfinished}>
        {progress?.previewUrl && (
          <img
            className={styles.preview}
            src={progress.previewUrl}
            alt={t('queue.previewAlt', { prompt })}
          />
        )}
        <div className={styles.status}>
          <div className={styles.line}>
            <StatusText generation={generation} progress={progress} />
            <Button size="small" variant="plain" onClick={() => cancel(id)}>
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
    </Fitted>
  )
}
