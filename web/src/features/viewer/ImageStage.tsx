import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import { ImageWithPlaceholder } from '../../ui/image/ImageWithPlaceholder'
import { Notice } from '../../ui/Notice'
import styles from './ImageViewer.module.css'
import type { GenerationLookup } from './useGenerationLookup'
import { ZoomStage } from './zoom/ZoomStage'

/** The image, or the reason why it cannot be shown. */
export function ImageStage({
  lookup: { generation, missing, refetch },
  index,
  close,
  refreshLinks,
}: {
  lookup: GenerationLookup
  index: number
  close: () => void
  /** Called if the image fails to load. */
  refreshLinks: () => void
}) {
  const { t } = useTranslation()
  const image = generation?.images[index]
  if (generation && image) {
    return (
      <ZoomStage key={image.id} image={image}>
        <ImageWithPlaceholder
          src={image.url}
          alt={generation.prompt}
          width={image.width}
          height={image.height}
          thumbhash={image.placeholder}
          contain
          className={styles.image}
          onLoadError={refreshLinks}
        />
      </ZoomStage>
    )
  }
  if (generation && generation.images.length === 0) {
    const { status, failure } = generation
    return (
      <Notice title={t(`history.${status}`)}>
        {failure && <p>{t(`failure.${failure.code}`)}</p>}
        {failure && <p>{failure.message}</p>}
      </Notice>
    )
  }
  if (generation === undefined && missing === 'loading') return <Notice text={t('app.loading')} />
  if (generation === undefined && missing === 'failed') {
    return (
      <Notice alert text={t('error.network')}>
        <Button onClick={refetch}>{t('app.tryAgain')}</Button>
      </Notice>
    )
  }
  return (
    <Notice title={t('image.notFoundTitle')} text={t('image.notFoundText')}>
      <Button onClick={close}>{t('image.back')}</Button>
    </Notice>
  )
}
