import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useList, useStudio } from '../../studio/StudioContext'
import styles from './Filmstrip.module.css'
import { FilmstripItem } from './FilmstripItem'

/** Width in pixels of a thumbnail with its gap. The style sheet repeats it. */
const ITEM_WIDTH = 80
/** Number of thumbnails outside of the window. Below this many remaining ones, the next page is read. */
const OVERSCAN = 8

/** The latest generations as thumbnails. Only those in the window are in the document. */
export default function Filmstrip({
  ids,
  shownId,
}: {
  ids: readonly string[]
  shownId: string | null
}) {
  const { t } = useTranslation()
  const { recent } = useStudio()
  const { hasNextPage } = useList(recent)
  const strip = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: ids.length,
    estimateSize: () => ITEM_WIDTH,
    // Until it is measured. Without a size, the thumbnails would appear in a second step, which blocks.
    initialRect: { width: document.documentElement.clientWidth, height: ITEM_WIDTH },
    getItemKey: (index) => ids[index] ?? index,
    getScrollElement: () => strip.current,
    overscan: OVERSCAN,
    paddingStart: 16,
    paddingEnd: 8,
    scrollPaddingStart: 16,
    scrollPaddingEnd: 16,
  })
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && last >= ids.length - 1 - OVERSCAN) void recent.loadMore()
  }, [hasNextPage, last, ids.length, recent])

  const shownIndex = shownId === null ? -1 : ids.indexOf(shownId)
  useEffect(() => {
    if (shownIndex !== -1) virtualizer.scrollToIndex(shownIndex, { align: 'auto' })
  }, [shownIndex, virtualizer])

  useEffect(() => {
    const element = strip.current
    if (!element) return
    // A mouse wheel has one axis only.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaX !== 0 || event.deltaY === 0) return
      event.preventDefault()
      element.scrollLeft += event.deltaY
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  return (
    <nav className={styles.strip} aria-label={t('canvas.filmstrip')}>
      <div ref={strip} className={styles.window}>
        <ul style={{ width: virtualizer.getTotalSize() }} aria-label={t('canvas.filmstrip')}>
          {items.map(({ index, start }) => {
            const id = ids[index]
            return (
              id && (
                <li key={id} style={{ transform: `translateX(${start}px)` }} data-index={index}>
                  {/* The others are reached by arrow keys. */}
                  <FilmstripItem
                    id={id}
                    current={id === shownId}
                    focusable={id === shownId || (shownIndex === -1 && index === 0)}
                  />
                </li>
              )
            )
          })}
        </ul>
      </div>
    </nav>
  )
}
