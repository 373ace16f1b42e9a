import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Picture.module.css'
import { placeholderUrl } from './placeholder'

/** A picture with its placeholder under it until the pixels are there. */
export function Picture({
  src: wanted,
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
  const [shown, setShown] = useState<string | null>(null)
  const [broken, setBroken] = useState<string | null>(null)
  // Pixels that are there stay when the link is signed anew: key the picture by its identity.
  const src = shown ?? wanted
  const placeholder = thumbhash ? placeholderUrl(thumbhash) : null
  const loaded = shown === src
  const frame = [styles.frame, contain && styles.contain, className].filter(Boolean).join(' ')
  return (
    <div className={frame}>
      {placeholder && !loaded && (
        <img className={styles.placeholder} src={placeholder} alt="" aria-hidden="true" />
      )}
      <img
        className={`${styles.picture} ${loaded ? styles.loaded : ''}`}
        src={src}
        alt={alt}
        width={width}
        height={height}
        loading={lazy ? 'lazy' : 'eager'}
        decoding="async"
        onLoad={() => setShown(src)}
        onError={() => {
          // Once: what is broken for another reason than its link must not be asked for for ever.
          if (broken === null) onBroken?.()
          setBroken(src)
        }}
      />
      {broken === src && !loaded && <span className={styles.broken}>{t('picture.broken')}</span>}
    </div>
  )
}
