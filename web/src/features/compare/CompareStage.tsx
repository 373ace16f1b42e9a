import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLinkRefresh } from '../../studio/StudioContext'
import { ImageWithPlaceholder } from '../../ui/image/ImageWithPlaceholder'
import { ZoomStage } from '../canvas/zoom/ZoomStage'
import styles from './ComparePage.module.css'
import type { ComparedImage } from './differences'
import { SplitHandle } from './SplitHandle'

/** Two images in one place, divided by a handle. Zoom and position apply to both. */
export function CompareStage({ left, right }: { left: ComparedImage; right: ComparedImage }) {
  const { t } = useTranslation()
  const [split, setSplit] = useState(50)
  const larger = left.image.width >= right.image.width ? left.image : right.image
  return (
    <div className={styles.stage}>
      <ZoomStage image={larger}>
        {(transform): ReactNode => (
          <div className={styles.layers}>
            <div className={styles.layer} style={{ clipPath: `inset(0 ${100 - split}% 0 0)` }}>
              <Layer compared={left} transform={transform} />
            </div>
            <div className={styles.layer} style={{ clipPath: `inset(0 0 0 ${split}%)` }}>
              <Layer compared={right} transform={transform} />
            </div>
          </div>
        )}
      </ZoomStage>
      <SplitHandle split={split} set={setSplit} />
      <span className={styles.leftLabel}>{t('compare.left')}</span>
      <span className={styles.rightLabel}>{t('compare.right')}</span>
    </div>
  )
}

function Layer({
  compared: { generation, image },
  transform,
}: {
  compared: ComparedImage
  transform: string
}) {
  const refreshLinks = useLinkRefresh(generation.id)
  return (
    <div className={styles.content} style={{ transform }}>
      <ImageWithPlaceholder
        key={image.id}
        src={image.url}
        alt={generation.prompt}
        width={image.width}
        height={image.height}
        thumbhash={image.placeholder}
        contain
        className={styles.image}
        onLoadError={refreshLinks}
      />
    </div>
  )
}
