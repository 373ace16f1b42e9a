import {
  FolderMinus,
  FolderPlus,
  Heart,
  HeartOff,
  ImageDown,
  type LucideIcon,
  SquareSplitHorizontal,
  Trash2,
  Undo2,
} from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { loadPart } from '../../../ui/lazyPart'
import { ConfirmDialog } from '../../../ui/overlays/ConfirmDialog'
import { showToast } from '../../../ui/toast/toastQueue'
import { useBoardActions } from '../../boards/useBoardActions'
import { compareRoute } from '../../compare/compareRoute'
import { useGenerationActions } from '../../generations/useGenerationActions'
import { SCREEN, useMediaQuery } from '../../layout/screen'
import type { LibraryView } from '../view'
import { pairOf } from './pairOf'
import styles from './SelectionBar.module.css'
import type { Selection } from './useSelection'

/** Actions on the selected generations. */
export function SelectionBar({ selection, view }: { selection: Selection; view: LibraryView }) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const { setFavorite, remove, restore, purge } = useGenerationActions()
  const { removeFrom } = useBoardActions()
  const [, navigate] = useLocation()
  const [isSaving, setIsSaving] = useState(false)
  const ids = [...selection.ids]
  if (ids.length === 0) return null
  const generations = ids.flatMap((id) => store.get(id) ?? [])
  const allFavorites = generations.every((generation) => generation.favorite)
  const { board } = view

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
        {view.trashed ? (
          <>
            <Action label={t('history.restore')} Icon={Undo2} run={() => restore(ids)} />
            <ConfirmDialog
              trigger={
                <Button size="small" variant="danger">
                  {t('history.purge')}
                </Button>
              }
              question={t('history.purgeConfirm')}
              action={t('history.purge')}
              cancel={t('history.purgeCancel')}
              run={() => void purge(ids)}
            />
          </>
        ) : (
          <>
            <Action
              label={t(allFavorites ? 'history.unfavorite' : 'history.favorite')}
              Icon={allFavorites ? HeartOff : Heart}
              run={() => setFavorite(ids, !allFavorites)}
            />
            <Action label={t('boards.add')} Icon={FolderPlus} run={() => view.addToBoard(ids)} />
            {board && (
              <Action
                label={t('boards.remove')}
                Icon={FolderMinus}
                run={() => removeFrom(board, ids)}
              />
            )}
            {pair && (
              <Action
                label={t('compare.selected')}
                Icon={SquareSplitHorizontal}
                run={() => navigate(compareRoute(pair))}
              />
            )}
            <Action
              label={t(isSaving ? 'history.downloading' : 'history.downloadZip')}
              Icon={ImageDown}
              disabled={isSaving}
              run={save}
            />
            <Action
              label={t('history.delete')}
              Icon={Trash2}
              variant="danger"
              run={() => remove(ids)}
            />
          </>
        )}
      </div>
    </section>
  )
}

/** A button with an icon and its label, or with the icon only if the screen is narrow. */
function Action({
  label,
  Icon,
  run,
  ...button
}: {
  label: string
  Icon: LucideIcon
  run: () => unknown
  variant?: 'danger'
  disabled?: boolean
}) {
  const hasLabel = useMediaQuery(SCREEN.columns)
  return (
    <Button
      size="small"
      icon={!hasLabel}
      aria-label={hasLabel ? undefined : label}
      onClick={() => void run()}
      {...button}
    >
      <Icon size={16} aria-hidden />
      {hasLabel && label}
    </Button>
  )
}
