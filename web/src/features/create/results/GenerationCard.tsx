import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type Generation, isUnfinished } from '../../../graphql/store/generation'
import { useGeneration, useLinkRefresh } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { ImageWithPlaceholder } from '../../../ui/image/ImageWithPlaceholder'
import { useGenerationActions } from '../../generations/useGenerationActions'
import styles from './GenerationCard.module.css'
import { UnfinishedGeneration } from './UnfinishedGeneration'

/** The card of a generation in any state. */
export function GenerationCard({ id, lazy }: { id: string; lazy: boolean }) {
  const generation = useGeneration(id)
  if (!generation) return null
  return (
    <article className={styles.card} data-status={generation.status}>
      {isUnfinished(generation) && <UnfinishedGeneration generation={generation} />}
      {generation.status === 'SUCCEEDED' && <ImageGrid generation={generation} lazy={lazy} />}
      {(generation.status === 'FAILED' || generation.status === 'CANCELED') && (
        <Failure generation={generation} />
      )}
      <p className={styles.prompt} title={generation.prompt}>
        {generation.prompt}
      </p>
    </article>
  )
}

function ImageGrid({ generation, lazy }: { generation: Generation; lazy: boolean }) {
  const { t } = useTranslation()
  const { images, prompt, id } = generation
  const refreshLinks = useLinkRefresh(id)
  return (
    <div className={styles.images} data-count={Math.min(images.length, 4)}>
      {images.map((image, index) => (
        <Link
          key={image.id}
          href={`/image/${id}/${index}`}
          aria-label={t('history.open', { prompt })}
          // Reserve the space before the image has loaded.
          style={{ aspectRatio: `${image.width} / ${image.height}` }}
        >
          <ImageWithPlaceholder
            src={image.url}
            thumbnail={image.thumbnailUrl}
            lazy={lazy}
            alt={prompt}
            width={image.width}
            height={image.height}
            thumbhash={image.placeholder}
            className={styles.image}
            onLoadError={refreshLinks}
          />
        </Link>
      ))}
    </div>
  )
}

function Failure({ generation }: { generation: Generation }) {
  const { t } = useTranslation()
  const { retry } = useGenerationActions()
  const { status, failure, id } = generation
  return (
    <div className={styles.failure}>
      <strong>{t(status === 'FAILED' ? 'queue.failed' : 'queue.canceled')}</strong>
      {failure && <span>{t(`failure.${failure.code}`)}</span>}
      {failure && <span className={styles.detail}>{failure.message}</span>}
      <Button size="small" onClick={() => retry(id)}>
        {t('queue.retry')}
      </Button>
    </div>
  )
}
