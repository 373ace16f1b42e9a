import { CircleAlert, CircleSlash } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { isUnfinished } from '../../graphql/store/generation'
import { useGeneration, useLinkRefresh } from '../../studio/StudioContext'
import { ImageWithPlaceholder } from '../../ui/image/ImageWithPlaceholder'
import styles from './Filmstrip.module.css'
import { ProgressRing } from './ProgressRing'

/** The thumbnail of a generation, or its progress or failure. */
export const FilmstripItem = memo(function FilmstripItem({
  id,
  current,
  focusable,
}: {
  id: string
  current: boolean
  focusable: boolean
}) {
  const { t } = useTranslation()
  const refreshLinks = useLinkRefresh(id)
  const generation = useGeneration(id)
  if (!generation) return null
  const { prompt, status, images } = generation
  const [image] = images
  const name = t('history.open', { prompt })
  return (
    <Link
      className={styles.item}
      href={`/image/${id}`}
      aria-label={image ? name : `${name} (${t(`history.${status}`)})`}
      aria-current={current ? 'true' : undefined}
      tabIndex={focusable ? 0 : -1}
      draggable={false}
    >
      {image && (
        <ImageWithPlaceholder
          key={image.id}
          src={image.thumbnailUrl}
          alt=""
          width={image.width}
          height={image.height}
          thumbhash={image.placeholder}
          className={styles.image}
          onLoadError={refreshLinks}
        />
      )}
      {isUnfinished(generation) && <ProgressRing id={id} running={status === 'RUNNING'} />}
      {status === 'FAILED' && <CircleAlert size={20} aria-hidden />}
      {status === 'CANCELED' && <CircleSlash size={20} aria-hidden />}
      {images.length > 1 && (
        <span className={styles.count} aria-hidden>
          {images.length}
        </span>
      )}
    </Link>
  )
})
