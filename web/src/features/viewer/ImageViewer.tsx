import { Dialog } from '@base-ui/react/dialog'
import { ChevronLeft, ChevronRight, Maximize, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationList } from '../../graphql/store/generationList'
import { useLinkRefresh, useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { Canvas } from '../canvas/Canvas'
import { toggleFullScreen } from '../canvas/fullScreen'
import { afterRemoval, type ImagePosition, neighbor } from '../canvas/neighbor'
import { useGenerationActions } from '../generations/useGenerationActions'
import { useGenerationLookup } from '../generations/useGenerationLookup'
import Inspector from '../inspector/Inspector'
import { useKeys } from '../keys/useKeys'
import styles from './ImageViewer.module.css'

/** A full-screen dialog with an image and its details. Navigates the list it was opened from. */
export default function ImageViewer({
  id,
  index,
  list,
  show,
  close,
}: ImagePosition & {
  list: GenerationList
  show: (position: ImagePosition) => void
  close: () => void
}) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const { setFavorite, remove } = useGenerationActions()
  const { ids, hasNextPage } = useList(list)
  const refreshLinks = useLinkRefresh(id)
  const lookup = useGenerationLookup(id)
  const { generation } = lookup
  const image = generation?.images[index]

  const imageCount = (generationId: string) => store.get(generationId)?.images.length ?? 0
  const previous = neighbor(ids, { id, index }, -1, imageCount)
  const next = neighbor(ids, { id, index }, 1, imageCount)
  useEffect(() => {
    if (next === null && hasNextPage) void list.loadMore()
  }, [next, hasNextPage, list])

  const removeAndAdvance = () => {
    const target = afterRemoval(ids, id, imageCount)
    if (target) show(target)
    else close()
    void remove([id])
  }

  const stage = useRef<HTMLDivElement>(null)
  const walk = (target: ImagePosition | null) => (target ? show(target) : false)
  useKeys(
    {
      ArrowLeft: () => walk(previous),
      ArrowRight: () => walk(next),
      f: () => toggleFullScreen(stage.current),
      h: () => (generation ? setFavorite([id], !generation.favorite) : false),
      Delete: () => (generation?.trashedAt === null ? removeAndAdvance() : false),
    },
    stage,
  )

  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Popup className={styles.popup}>
          <div className={styles.header}>
            <Dialog.Title className={styles.title}>
              {generation && generation.images.length > 1
                ? t('image.count', { index: index + 1, count: generation.images.length })
                : t('image.title')}
            </Dialog.Title>
            {/* Not `disabled`, because the button would lose focus, and with it the arrow keys. */}
            <Button
              variant="plain"
              icon
              aria-label={t('image.previous')}
              aria-disabled={!previous}
              onClick={() => previous && show(previous)}
            >
              <ChevronLeft size={20} aria-hidden />
            </Button>
            <Button
              variant="plain"
              icon
              aria-label={t('image.next')}
              aria-disabled={!next}
              onClick={() => next && show(next)}
            >
              <ChevronRight size={20} aria-hidden />
            </Button>
            {image && document.fullscreenEnabled && (
              <Button
                variant="plain"
                icon
                aria-label={t('image.fullScreen')}
                onClick={() => toggleFullScreen(stage.current)}
              >
                <Maximize size={18} aria-hidden />
              </Button>
            )}
            <Dialog.Close render={<Button variant="plain" icon />} aria-label={t('app.close')}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          <div className={styles.body}>
            <div ref={stage} className={styles.stage}>
              <Canvas lookup={lookup} index={index} leave={close} refreshLinks={refreshLinks} />
            </div>
            {generation && (
              <aside className={styles.sidebar} aria-label={t('image.details')}>
                <Inspector
                  generation={generation}
                  image={image}
                  show={show}
                  leave={close}
                  remove={removeAndAdvance}
                />
              </aside>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
