import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import { ImageWithPlaceholder } from '../../ui/image/ImageWithPlaceholder'
import { Notice } from '../../ui/Notice'
import styles from './ImageViewer.module.css'
import type { GenerationLookup } from './useGenerationLookup'

/** The image itself, or why there is none to be seen. */
export function ImageStage({
  lookup: { generation, missing, ask },
  index,
  close,
  renew,
}: {
  lookup: GenerationLookup
  index: number
  close: () => void
  /** Asks for new links. */
  renew: () => void
}) {
  const { t } = useTranslation()
  const image = generation?.images[index]
  if (generation && image) {
    return (
      <ImageWithPlaceholder
        key={image.id}
        src={image.url}
        alt={generation.prompt}
        width={image.width}
        height={image.height}
        thumbhash={image.placeholder}
        contain
        className={styles.image}
        onBroken={renew}
      />
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
  if (generation === undefined && missing === 'asking') return <Notice text={t('app.loading')} />
  if (generation === undefined && missing === 'unanswered') {
    return (
      <Notice alert text={t('error.network')}>
        <Button onClick={ask}>{t('app.tryAgain')}</Button>
      </Notice>
    )
  }
  return (
    <Notice title={t('image.goneTitle')} text={t('image.goneText')}>
      <Button onClick={close}>{t('image.back')}</Button>
    </Notice>
  )
}
