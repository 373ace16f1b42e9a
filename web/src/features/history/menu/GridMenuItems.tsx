import { ContextMenu } from '@base-ui/react/context-menu'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useList, useStudio } from '../../../studio/StudioContext'
import styles from '../../../ui/overlays/popup.module.css'
import { showToast } from '../../../ui/toast/toastQueue'
import { useBoardActions } from '../../boards/useBoardActions'
import { compareRoute } from '../../compare/compareRoute'
import { compareTarget } from '../../compare/compareTarget'
import { editImagePath } from '../../edit/route'
import { canCopyImages, copyImage } from '../../files/copyImage'
import { settingsFromGeneration } from '../../generations/settings'
import { useGenerationActions } from '../../generations/useGenerationActions'
import { pairOf } from '../selection/pairOf'
import type { LibraryView } from '../view'

/** The actions on a generation, or on the selected ones. */
export function GridMenuItems({
  id,
  ids,
  view: { base, trashed, board, addToBoard },
}: {
  /** The generation under the pointer. */
  id: string
  /** The generations to act on, including `id`. */
  ids: readonly string[]
  view: LibraryView
}) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { store, form, recent } = useStudio()
  const { ids: recentIds } = useList(recent)
  const { setFavorite, remove, restore } = useGenerationActions()
  const { removeFrom } = useBoardActions()
  const generation = store.get(id)
  if (!generation) return null
  const image = generation.images[0]
  const isSingle = ids.length === 1
  const generations = ids.flatMap((each) => store.get(each) ?? [])
  const areFavorites = generations.every(({ favorite }) => favorite)
  const target = compareTarget(
    generation,
    0,
    recentIds,
    (each) => store.get(each)?.images.length ?? 0,
  )
  const pair = isSingle
    ? target && image && ([target, { id, index: 0 }] as const)
    : pairOf(generations)

  const useSettings = () => {
    const settings = settingsFromGeneration(generation)
    form.import({ ...settings, seed: image?.seed ?? settings.seed })
    navigate('/')
  }
  const copy = async (
    work: Promise<void>,
    failed: 'image.copyFailed' | 'image.copyPromptFailed',
  ) => {
    await work.then(
      () => showToast(t('app.copied')),
      () => showToast(t(failed)),
    )
  }
  return (
    <>
      {isSingle && <Item run={() => navigate(`${base}/image/${id}/0`)}>{t('menu.open')}</Item>}
      {isSingle && !trashed && <Item run={useSettings}>{t('image.useSettings')}</Item>}
      {isSingle && image && !trashed && (
        <Item run={() => navigate(editImagePath(id, 0))}>{t('edit.edit')}</Item>
      )}
      {pair && !trashed && (
        <Item run={() => navigate(compareRoute(pair))}>{t('menu.compare')}</Item>
      )}
      {!trashed && (
        <Item run={() => void setFavorite(ids, !areFavorites)}>
          {t(areFavorites ? 'history.unfavorite' : 'history.favorite')}
        </Item>
      )}
      {!trashed && <Item run={() => addToBoard(ids)}>{t('boards.add')}</Item>}
      {board && <Item run={() => void removeFrom(board, ids)}>{t('boards.remove')}</Item>}
      {isSingle && image && canCopyImages() && (
        <Item run={() => void copy(copyImage(image), 'image.copyFailed')}>
          {t('menu.copyImage')}
        </Item>
      )}
      {isSingle && (
        <Item
          run={() =>
            void copy(navigator.clipboard.writeText(generation.prompt), 'image.copyPromptFailed')
          }
        >
          {t('image.copyPrompt')}
        </Item>
      )}
      {isSingle && image && (
        <ContextMenu.LinkItem
          className={styles.item}
          href={image.downloadUrl}
          download
          closeOnClick
        >
          {t('image.download')}
        </ContextMenu.LinkItem>
      )}
      <ContextMenu.Separator className={styles.separator} />
      {trashed ? (
        <Item run={() => void restore(ids)}>{t('history.restore')}</Item>
      ) : (
        <Item danger run={() => void remove(ids)}>
          {t('menu.trash', { count: ids.length })}
        </Item>
      )}
    </>
  )
}

function Item({
  run,
  danger = false,
  children,
}: {
  run: () => void
  danger?: boolean
  children: ReactNode
}) {
  return (
    <ContextMenu.Item
      className={danger ? `${styles.item} ${styles.danger}` : styles.item}
      onClick={run}
    >
      {children}
    </ContextMenu.Item>
  )
}
