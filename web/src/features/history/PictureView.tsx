import { Dialog } from '@base-ui/react/dialog'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { type KeyboardEvent, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useFreshLinks, useList, useStudio } from '../../app/StudioContext'
import type { GenerationList } from '../../graphql/generationList'
import { Button } from '../../ui/Button'
import { PictureActions } from './PictureActions'
import { PictureFacts } from './PictureFacts'
import { PictureStage } from './PictureStage'
import styles from './PictureView.module.css'
import { neighbour, type Place } from './trail'
import { useActions } from './useActions'
import { useLookup } from './useLookup'

/** One picture, large, with all that is known of it; walks along the list it was opened from. */
export default function PictureView({
  id,
  index,
  list,
  show,
  close,
}: Place & {
  list: GenerationList
  show: (place: Place) => void
  close: () => void
}) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const { setFavorite } = useActions()
  const { ids, hasNextPage } = useList(list)
  const renew = useFreshLinks(id)
  const lookup = useLookup(id)
  const { generation } = lookup
  const image = generation?.images[index]

  const pictures = (each: string) => store.get(each)?.images.length ?? 0
  const previous = neighbour(ids, { id, index }, -1, pictures)
  const next = neighbour(ids, { id, index }, 1, pictures)
  useEffect(() => {
    if (next === null && hasNextPage) void list.loadMore()
  }, [next, hasNextPage, list])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowLeft' && previous) show(previous)
    else if (event.key === 'ArrowRight' && next) show(next)
    else if (event.key === 'f' && generation) void setFavorite([id], !generation.favorite)
    else return
    event.preventDefault()
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Popup className={styles.popup} onKeyDown={onKeyDown}>
          <div className={styles.head}>
            <Dialog.Title className={styles.title}>
              {generation && generation.images.length > 1
                ? t('picture.count', { index: index + 1, count: generation.images.length })
                : t('picture.title')}
            </Dialog.Title>
            {/* Not `disabled`: at an end the focus, and the arrow keys with it, would be lost. */}
            <Button
              look="plain"
              icon
              aria-label={t('picture.previous')}
              aria-disabled={!previous}
              onClick={() => previous && show(previous)}
            >
              <ChevronLeft size={20} aria-hidden />
            </Button>
            <Button
              look="plain"
              icon
              aria-label={t('picture.next')}
              aria-disabled={!next}
              onClick={() => next && show(next)}
            >
              <ChevronRight size={20} aria-hidden />
            </Button>
            <Dialog.Close render={<Button look="plain" icon />} aria-label={t('app.close')}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          <div className={styles.body}>
            <div className={styles.stage}>
              <PictureStage lookup={lookup} index={index} close={close} renew={renew} />
            </div>
            {generation && (
              <div className={styles.side}>
                <PictureActions generation={generation} image={image} close={close} />
                <PictureFacts generation={generation} image={image} show={show} />
              </div>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
