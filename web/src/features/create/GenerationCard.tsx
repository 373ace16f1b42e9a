import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useFreshLinks, useGeneration } from '../../app/StudioContext'
import { type Generation, isUnfinished } from '../../graphql/generation'
import { Button } from '../../ui/Button'
import { Picture } from '../../ui/Picture'
import { useActions } from '../history/useActions'
import styles from './GenerationCard.module.css'
import { Waiting } from './Waiting'

/** One request, from the queue to its pictures, in one place. */
export function GenerationCard({ id, lazy }: { id: string; lazy: boolean }) {
  const generation = useGeneration(id)
  if (!generation) return null
  return (
    <article className={styles.card} data-status={generation.status}>
      {isUnfinished(generation) && <Waiting generation={generation} />}
      {generation.status === 'SUCCEEDED' && <Pictures generation={generation} lazy={lazy} />}
      {(generation.status === 'FAILED' || generation.status === 'CANCELED') && (
        <Ended generation={generation} />
      )}
      <p className={styles.prompt} title={generation.prompt}>
        {generation.prompt}
      </p>
    </article>
  )
}

function Pictures({ generation, lazy }: { generation: Generation; lazy: boolean }) {
  const { t } = useTranslation()
  const { images, prompt, id } = generation
  const renew = useFreshLinks(id)
  return (
    <div className={styles.pictures} data-count={Math.min(images.length, 4)}>
      {images.map((image, index) => (
        <Link
          key={image.id}
          href={`/picture/${id}/${index}`}
          aria-label={t('history.open', { prompt })}
          // The picture's own shape, from before it is there.
          style={{ aspectRatio: `${image.width} / ${image.height}` }}
        >
          <Picture
            src={image.url}
            small={image.thumbnailUrl}
            lazy={lazy}
            alt={prompt}
            width={image.width}
            height={image.height}
            thumbhash={image.placeholder}
            className={styles.picture}
            onBroken={renew}
          />
        </Link>
      ))}
    </div>
  )
}

function Ended({ generation }: { generation: Generation }) {
  const { t } = useTranslation()
  const { retry } = useActions()
  const { status, failure, id } = generation
  return (
    <div className={styles.ended}>
      <strong>{t(status === 'FAILED' ? 'queue.failed' : 'queue.canceled')}</strong>
      {failure && <span>{t(`failure.${failure.code}`)}</span>}
      {failure && <span className={styles.detail}>{failure.message}</span>}
      <Button size="small" onClick={() => retry(id)}>
        {t('queue.retry')}
      </Button>
    </div>
  )
}
