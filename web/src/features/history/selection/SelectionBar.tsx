import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { loadPart } from '../../../ui/lazyPart'
import { showToast } from '../../../ui/toast/toastQueue'
import { compareRoute } from '../../compare/compareRoute'
import { useGenerationActions } from '../../generations/useGenerationActions'
import { PurgeDialog } from './PurgeDialog'
import { pairOf } from './pairOf'
import styles from './SelectionBar.module.css'
import type { Selection } from './useSelection'

/** Actions on the selected generations. */
export function SelectionBar({ selection, trashed }: { selection: Selection; trashed: boolean }) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const { setFavorite, remove, restore, purge } = useGenerationActions()
  const [, navigate] = useLocation()
  const [isSaving, setIsSaving] = useState(false)
  const ids = [...selection.ids]
  if (ids.length === 0) return null
  const generations = ids.flatMap((id) => store.get(id) ?? [])
  const allFavorites = generations.every((generation) => generation.favorite)

  const pair = pairOf(generations)

  const save = async () => {
    setIsSaving(true)
    const { saveAsZip } = await loadPart(() => import('./zip'))
    await saveAsZip(generations).catch(() => showToast(t('error.network')))
    setIsSaving(false)
  }

  return (
    <section className={styles.bar} aria-label={t('history.selection')}>
      <strong>{t('history.selected', { count: ids.length })}</strong>
      <Button size="small" variant="plain" onClick={selection.clear}>
        {t('history.clearSelection')}
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
            <Button size="small" onClick={() => setFavorite(ids, !allFavorites)}>
              {t(allFavorites ? 'history.unfavorite' : 'history.favorite')}
            </Button>
            {pair && (
              <Button size="small" onClick={() => navigate(compareRoute(pair))}>
                {t('compare.selected')}
              </Button>
            )}
            <Button size="small" disabled={isSaving} onClick={save}>
              {t(isSaving ? 'history.downloading' : 'history.downloadZip')}
            </Button>
            <Button size="small" variant="danger" onClick={() => remove(ids)}>
              {t('history.delete')}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}
