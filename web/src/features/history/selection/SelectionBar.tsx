import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { showToast } from '../../../ui/toast/toastQueue'
import { useGenerationActions } from '../../generations/useGenerationActions'
import { PurgeDialog } from './PurgeDialog'
import styles from './SelectionBar.module.css'
import type { Selection } from './useSelection'

/** What can be done with everything chosen at once. */
export function SelectionBar({ selection, trashed }: { selection: Selection; trashed: boolean }) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const { setFavorite, remove, restore, purge } = useGenerationActions()
  const [packing, setPacking] = useState(false)
  const ids = [...selection.ids]
  if (ids.length === 0) return null
  const chosen = ids.flatMap((id) => store.get(id) ?? [])
  const allMarked = chosen.every((generation) => generation.favorite)

  const save = async () => {
    setPacking(true)
    const { saveAsZip } = await import('./zip')
    await saveAsZip(chosen).catch(() => showToast(t('error.network')))
    setPacking(false)
  }

  return (
    <section className={styles.bar} aria-label={t('history.select')}>
      <strong>{t('history.selected', { count: ids.length })}</strong>
      <Button size="small" look="plain" onClick={selection.clear}>
        {t('history.selectNone')}
      </Button>
      <div className={styles.actions}>
        {trashed ? (
          <>
            <Button size="small" onClick={() => restore(ids)}>
              {t('history.restore')}
            </Button>
            <PurgeDialog purge={() => purge(ids)} />
          </>
        ) : (
          <>
            <Button size="small" onClick={() => setFavorite(ids, !allMarked)}>
              {t(allMarked ? 'history.unfavorite' : 'history.favorite')}
            </Button>
            <Button size="small" disabled={packing} onClick={save}>
              {t(packing ? 'history.downloading' : 'history.downloadZip')}
            </Button>
            <Button size="small" look="danger" onClick={() => remove(ids)}>
              {t('history.delete')}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}
