import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { addressOf } from '../../app/routes'
import type { Generation } from '../../graphql/store/generation'
import { ImageWithPlaceholder } from '../../ui/image/ImageWithPlaceholder'
import styles from './Canvas.module.css'
import { Fitted } from './Fitted'

/** All images of a generation, four of them as 2 × 2. A click on one lets it fill the canvas. */
export function ImageGrid({
  generation: { id, images, prompt, width, height },
  refreshLinks,
}: {
  generation: Generation
  refreshLinks: () => void
}) {
  const { t } = useTranslation()
  const columns = Math.ceil(Math.sqrt(images.length))
  const rows = Math.ceil(images.length / columns)
  const first = images[0] ?? { width, height }
  return (
    <Fitted ratio={(columns * first.width) / (rows * first.height)}>
      <ul
        className={styles.images}
        style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      >
        {images.map((image, index) => (
          <li key={image.id}>
            <Link
              href={addressOf('/', { id, index })}
              aria-label={t('image.count', { index: index + 1, count: images.length })}
            >
              <ImageWithPlaceholder
                src={image.url}
                alt={prompt}
                width={image.width}
                height={image.height}
                thumbhash={image.placeholder}
                className={styles.cell}
                onLoadError={refreshLinks}
              />
            </Link>
          </li>
        ))}
      </ul>
    </Fitted>
  )
}
