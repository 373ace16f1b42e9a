import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { Picture } from '../../ui/Picture'
import styles from './PictureView.module.css'
import type { Lookup } from './useLookup'

/** The picture itself, or why there is none to be seen. */
export function PictureStage({
  lookup: { generation, missing, ask },
  index,
  close,
  renew,
}: {
  lookup: Lookup
  index: number
  close: () => void
  /** Asks for new links. */
  renew: () => void
}) {
  const { t } = useTranslation()
  const image = generation?.images[index]
  if (generation && image) {
    return (
      <Picture
        key={image.id}
        src={image.url}
        alt={generation.prompt}
        width={image.width}
        height={image.height}
        thumbhash={image.placeholder}
        contain
        className={styles.picture}
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
    <Notice title={t('picture.goneTitle')} text={t('picture.goneText')}>
      <Button onClick={close}>{t('picture.back')}</Button>
    </Notice>
  )
}
