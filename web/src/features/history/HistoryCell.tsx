import { Heart, Trash2, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useGeneration, useStudio } from '../../app/StudioContext'
import { Button } from '../../ui/Button'
import { Picture } from '../../ui/Picture'
import styles from './HistoryGrid.module.css'
import { useActions } from './useActions'

export function HistoryCell({ id, trashed }: { id: string; trashed: boolean }) {
  const { t } = useTranslation()
  const { reread } = useStudio()
  const { setFavorite, remove, restore } = useActions()
  const generation = useGeneration(id)
  if (!generation) return null
  const { prompt, favorite, status, images } = generation
  const [image] = images
  return (
    <div className={styles.cell}>
      <Link
        className={styles.open}
        href={`${trashed ? '/trash' : '/history'}/picture/${id}/0`}
        aria-label={t('history.open', { prompt })}
      >
        {image ? (
          <Picture
            src={image.thumbnailUrl}
            alt={prompt}
            width={image.width}
            height={image.height}
            thumbhash={image.placeholder}
            lazy
            className={styles.picture}
            onBroken={() => reread(id)}
          />
        ) : (
          <span className={styles.words}>
            <strong>{t(`history.${status}`)}</strong>
            {prompt}
          </span>
        )}
      </Link>
      <div className={styles.actions} data-marked={favorite}>
        {trashed ? (
          <Button size="small" icon aria-label={t('history.restore')} onClick={() => restore([id])}>
            <Undo2 size={16} aria-hidden />
          </Button>
        ) : (
          <>
            <Button
              size="small"
              icon
              aria-label={t('history.favourite')}
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
}
