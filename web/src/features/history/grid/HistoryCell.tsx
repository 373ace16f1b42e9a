import { Heart, Trash2, Undo2 } from 'lucide-react'
import { type DragEvent, memo, type MouseEvent as ReactMouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useGeneration, useLinkRefresh } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { ImageWithPlaceholder } from '../../../ui/image/ImageWithPlaceholder'
import { fileName } from '../../files/fileName'
import { useGenerationActions } from '../../generations/useGenerationActions'
import type { Selection } from '../selection/useSelection'
import type { LibraryView } from '../view'
import styles from './HistoryGrid.module.css'

/** A grid cell with an image, selection and actions. */
export const HistoryCell = memo(function HistoryCell({
  id,
  view: { base, trashed },
  selection,
}: {
  id: string
  view: LibraryView
  selection: Selection
}) {
  const { t } = useTranslation()
  const refreshLinks = useLinkRefresh(id)
  const { setFavorite, remove, restore } = useGenerationActions()
  const generation = useGeneration(id)
  if (!generation) return null
  const { prompt, favorite, status, images } = generation
  const [image] = images
  const selected = selection.ids.has(id)
  const onClick = (event: ReactMouseEvent) => {
    const selects = event.shiftKey || event.ctrlKey || event.metaKey || selection.ids.size > 0
    // Enter, which clicks without a pointer, always opens the image.
    if (!selects || event.detail === 0) return
    event.preventDefault()
    selection.toggle(id, event.shiftKey)
  }
  // Chromium saves the file where it is dropped; other programs receive the link.
  const onDragStart = ({ dataTransfer }: DragEvent) => {
    if (!image) return
    const url = new URL(image.downloadUrl, window.location.href).href
    dataTransfer.effectAllowed = 'copy'
    dataTransfer.setData('DownloadURL', `image/png:${fileName(prompt, id, 0)}:${url}`)
    dataTransfer.setData('text/uri-list', new URL(image.url, window.location.href).href)
  }
  return (
    <div className={styles.cell} data-selected={selected} data-selecting={selection.ids.size > 0}>
      <Link
        className={styles.open}
        href={`${base}/image/${id}/0`}
        // While capturing, because the link ignores clicks with modifier keys.
        onClickCapture={onClick}
        onDragStart={onDragStart}
        // Without an image, the text content is the accessible name.
        aria-label={image ? t('history.open', { prompt }) : undefined}
      >
        {image ? (
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
        ) : (
          <span className={styles.promptText}>
            <strong>{t(`history.${status}`)}</strong>
            {prompt}
          </span>
        )}
      </Link>
      {images.length > 1 && (
        <span className={styles.count}>{t('history.images', { count: images.length })}</span>
      )}
      <label className={styles.select}>
        <input
          type="checkbox"
          aria-label={t('history.selectOne', { prompt })}
          checked={selected}
          onChange={(event) => selection.toggle(id, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      </label>
      <div className={styles.actions} data-favorite={favorite && !trashed}>
        {trashed ? (
          <Button size="small" icon aria-label={t('history.restore')} onClick={() => restore([id])}>
            <Undo2 size={16} aria-hidden />
          </Button>
        ) : (
          <>
            <Button
              size="small"
              icon
              aria-label={t('history.favorite')}
              aria-pressed={favorite}
              onClick={() => setFavorite([id], !favorite)}
            >
              <Heart size={16} aria-hidden fill={favorite ? 'currentColor' : 'none'} />
            </Button>
            <Button size="small" icon aria-label={t('history.delete')} onClick={() => remove([id])}>
              <Trash2 size={16} aria-hidden />
            </Button>
          </>
        )}
      </div>
    </div>
  )
})
