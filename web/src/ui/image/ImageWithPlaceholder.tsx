import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './ImageWithPlaceholder.module.css'
import { placeholderUrl } from './thumbhash'

/** Thumbnails have at most so many pixels on their longer side. */
const SMALL = 320
/** About as wide as a card of a grid is. */
const SIZES = '(max-width: 30rem) 90vw, 18rem'

function candidates(src: string, small: string, width: number, height: number): string {
  const smallWidth = Math.round(width * Math.min(1, SMALL / Math.max(width, height)))
  return smallWidth === width ? `${small} ${width}w` : `${small} ${smallWidth}w, ${src} ${width}w`
}

/** An image with its placeholder under it until the pixels are there. */
export function ImageWithPlaceholder({
  src,
  small,
  alt,
  width,
  height,
  thumbhash,
  lazy = false,
  contain = false,
  className,
  onBroken,
}: {
  src: string
  /** A thumbnail, taken instead where it is sharp enough. */
  small?: string
  alt: string
  width: number
  height: number
  thumbhash?: string
  lazy?: boolean
  contain?: boolean
  className?: string | undefined
  /** Its link may have expired: ask for a new one. */
  onBroken?: () => void
}) {
  const { t } = useTranslation()
  // Pixels that are there stay when the links are signed anew: key the image by its identity.
  const [shown, setShown] = useState<{ src: string; small: string | undefined } | null>(null)
  const [broken, setBroken] = useState<string | null>(null)
  const links = shown ?? { src, small }
  const loaded = shown !== null
  const placeholder = thumbhash ? placeholderUrl(thumbhash) : null
  const frame = [styles.frame, contain && styles.contain, className].filter(Boolean).join(' ')
  return (
    <div className={frame}>
      {placeholder && !loaded && (
        <img className={styles.placeholder} src={placeholder} alt="" aria-hidden="true" />
      )}
      <img
        className={`${styles.image} ${loaded ? styles.loaded : ''}`}
        src={links.src}
        {...(links.small
          ? { srcSet: candidates(links.src, links.small, width, height), sizes: SIZES }
          : {})}
        alt={alt}
        width={width}
        height={height}
        loading={lazy ? 'lazy' : 'eager'}
        decoding="async"
        onLoad={() => setShown(links)}
        onError={() => {
          // Once: what is broken for another reason than its link must not be asked for for ever.
          if (broken === null) onBroken?.()
          setBroken(links.src)
        }}
      />
      {broken === links.src && !loaded && (
        <span className={styles.broken}>{t('image.broken')}</span>
      )}
    </div>
  )
}
