import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useGeneration, useLinkRefresh, useList, useStudio } from '../../../studio/StudioContext'
import { Button, buttonClass } from '../../../ui/Button'
import { editImagePath } from '../route'
import { FILE_TYPES } from './localFiles'
import styles from './SourcePicker.module.css'
import { useOpenFile } from './useOpenFile'

/** Choose what to edit: a file, or a recent image. */
export function SourcePicker() {
  const { t } = useTranslation()
  const { recent } = useStudio()
  const { ids, hasNextPage } = useList(recent)
  const openFile = useOpenFile()
  return (
    <div className={styles.picker}>
      <div className={styles.file}>
        <p>{t('edit.dropHint')}</p>
        <label className={buttonClass({ variant: 'primary' })}>
          {t('edit.chooseFile')}
          <input
            type="file"
            accept={FILE_TYPES.join(',')}
            className="visually-hidden"
            onChange={(event) => {
              const [file] = event.target.files ?? []
              if (file) void openFile(file)
              event.target.value = ''
            }}
          />
        </label>
      </div>
      <section>
        <h2>{t('edit.recent')}</h2>
        <ul className={styles.recent}>
          {ids.map((id) => (
            <RecentImages key={id} id={id} />
          ))}
        </ul>
        {hasNextPage && (
          <Button size="small" onClick={() => recent.loadMore()}>
            {t('history.loadOlder')}
          </Button>
        )}
      </section>
    </div>
  )
}

function RecentImages({ id }: { id: string }) {
  const { t } = useTranslation()
  const generation = useGeneration(id)
  useLinkRefresh(id)
  if (!generation) return null
  return generation.images.map((image, index) => (
    <li key={image.id}>
      <Link
        href={editImagePath(id, index)}
        aria-label={t('edit.editOne', { prompt: generation.prompt })}
      >
        <img src={image.thumbnailUrl} alt="" loading="lazy" />
      </Link>
    </li>
  ))
}
