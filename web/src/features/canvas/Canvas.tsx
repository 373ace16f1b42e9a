import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { isUnfinished } from '../../graphql/store/generation'
import { Button } from '../../ui/Button'
import { ImageWithPlaceholder } from '../../ui/image/ImageWithPlaceholder'
import { lazyPart } from '../../ui/lazyPart'
import { Notice } from '../../ui/Notice'
import type { GenerationLookup } from '../generations/useGenerationLookup'
import styles from './Canvas.module.css'
import { ImageGrid } from './ImageGrid'
import { UnfinishedGeneration } from './UnfinishedGeneration'
import { ZoomStage } from './zoom/ZoomStage'

const Failure = lazyPart(() => import('./Failure'))

/** A generation in any state: its images, its progress, or why there is nothing to show. */
export function Canvas({
  lookup,
  index,
  leave,
  refreshLinks,
}: {
  lookup: GenerationLookup
  /** The image that fills the canvas. Null: all images of the generation. */
  index: number | null
  /** Show something else, because the image does not exist or its request was repeated. */
  leave: () => void
  /** Called if an image fails to load. */
  refreshLinks: () => void
}) {
  const { generation } = lookup
  if (!generation) return <Missing lookup={lookup} leave={leave} />
  const { status, images, prompt } = generation
  const image = images[index ?? 0]
  return (
    <article className={styles.canvas} data-status={status}>
      {isUnfinished(generation) && <UnfinishedGeneration generation={generation} />}
      {(status === 'FAILED' || status === 'CANCELED') && (
        <Suspense>
          <Failure generation={generation} onRetry={leave} />
        </Suspense>
      )}
      {status === 'SUCCEEDED' && index === null && images.length > 1 && (
        <ImageGrid generation={generation} refreshLinks={refreshLinks} />
      )}
      {status === 'SUCCEEDED' && (index !== null || images.length <= 1) && image && (
        <ZoomStage key={image.id} image={image}>
          <ImageWithPlaceholder
            src={image.url}
            alt={prompt}
            width={image.width}
            height={image.height}
            thumbhash={image.placeholder}
            contain
            className={styles.image}
            onLoadError={refreshLinks}
          />
        </ZoomStage>
      )}
      {status === 'SUCCEEDED' && !image && <NotFound leave={leave} />}
    </article>
  )
}

function Missing({ lookup, leave }: { lookup: GenerationLookup; leave: () => void }) {
  const { t } = useTranslation()
  if (lookup.missing === 'loading') return <Notice text={t('app.loading')} />
  if (lookup.missing === 'notFound') return <NotFound leave={leave} />
  return (
    <Notice alert text={t('error.network')}>
      <Button onClick={lookup.refetch}>{t('app.tryAgain')}</Button>
    </Notice>
  )
}

function NotFound({ leave }: { leave: () => void }) {
  const { t } = useTranslation()
  return (
    <Notice title={t('image.notFoundTitle')} text={t('image.notFoundText')}>
      <Button onClick={leave}>{t('image.back')}</Button>
    </Notice>
  )
}
