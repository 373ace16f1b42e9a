import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './ImageWithPlaceholder.module.css'
import { usePlaceholder } from './usePlaceholder'

/** Length of a thumbnail's longer side in pixels. */
const THUMBNAIL_SIDE = 320
/** Approximate width of a grid card. */
const SIZES = '(max-width: 30rem) 90vw, 18rem'

function srcSetOf(src: string, thumbnail: string, width: number, height: number): string {
  const thumbnailWidth = Math.round(width * Math.min(1, THUMBNAIL_SIDE / Math.max(width, height)))
  return thumbnailWidth === width
    ? `${thumbnail} ${width}w`
    : `${thumbnail} ${thumbnailWidth}w, ${src} ${width}w`
}

/** An image that shows a thumbhash placeholder until it has loaded, unless it loads at once. */
export function ImageWithPlaceholder({
  src,
  thumbnail,
  alt,
  width,
  height,
  thumbhash,
  lazy = false,
  contain = false,
  className,
  onLoadError,
}: {
  src: string
  /** URL of a thumbnail, which the browser selects if its resolution is sufficient. */
  thumbnail?: string
  alt: string
  width: number
  height: number
  thumbhash?: string
  lazy?: boolean
  contain?: boolean
  className?: string | undefined
  /** Called once if the image fails to load, for example because the link expired. */
  onLoadError?: () => void
}) {
  const { t } = useTranslation()
  // Keep the loaded URLs when the links are refreshed. The caller sets the image's ID as the key.
  const [loadedLinks, setLoadedLinks] = useState<{
    src: string
    thumbnail: string | undefined
  } | null>(null)
  const [failedSrc, setFailedSrc] = useState<string | null>(null)
  const links = loadedLinks ?? { src, thumbnail }
  const loaded = loadedLinks !== null
  const placeholder = usePlaceholder(thumbhash, loaded)
  const frame = [styles.frame, contain && styles.contain, className].filter(Boolean).join(' ')
  return (
    <div className={frame}>
      {placeholder && (
        <img className={styles.placeholder} src={placeholder} alt="" aria-hidden="true" />
      )}
      <img
        className={styles.image}
        src={links.src}
        {...(links.thumbnail
          ? { srcSet: srcSetOf(links.src, links.thumbnail, width, height), sizes: SIZES }
          : {})}
        alt={alt}
        width={width}
        height={height}
        loading={lazy ? 'lazy' : 'eager'}
        decoding="async"
        onLoad={() => setLoadedLinks(links)}
        onError={() => {
          // Only once, because a refresh does not help against other causes.
          if (failedSrc === null) onLoadError?.()
          setFailedSrc(links.src)
        }}
      />
      {failedSrc === links.src && !loaded && (
        <span className={styles.error}>{t('image.loadFailed')}</span>
      )}
    </div>
  )
}
