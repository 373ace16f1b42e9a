import { Dialog } from '@base-ui/react/dialog'
import { ChevronLeft, ChevronRight, Maximize, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationList } from '../../graphql/store/generationList'
import { useLinkRefresh, useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { useGenerationActions } from '../generations/useGenerationActions'
import { ImageActions } from './ImageActions'
import { ImageDetails } from './ImageDetails'
import { ImageStage } from './ImageStage'
import styles from './ImageViewer.module.css'
import { afterRemoval, type ImagePosition, neighbor } from './neighbor'
import { useGenerationLookup } from './useGenerationLookup'

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

  const stage = useRef<HTMLDivElement>(null)
  const toggleFullScreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen()
    else void stage.current?.requestFullscreen?.()
  }

  const removeAndAdvance = () => {
    const target = afterRemoval(ids, id, imageCount)
    if (target) show(target)
    else close()
    void remove([id])
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowLeft' && previous) show(previous)
    else if (event.key === 'ArrowRight' && next) show(next)
    else if (event.key === 'f') toggleFullScreen()
    else if (event.key === 'h' && generation) void setFavorite([id], !generation.favorite)
    else if (event.key === 'Delete' && generation?.trashedAt === null) removeAndAdvance()
    else return
    event.preventDefault()
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Popup className={styles.popup} onKeyDown={onKeyDown}>
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
                onClick={toggleFullScreen}
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
              <ImageStage lookup={lookup} index={index} close={close} refreshLinks={refreshLinks} />
            </div>
            {generation && (
              <div className={styles.sidebar}>
                <ImageActions
                  generation={generation}
                  image={image}
                  close={close}
                  remove={removeAndAdvance}
                />
                <ImageDetails generation={generation} image={image} show={show} />
              </div>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
