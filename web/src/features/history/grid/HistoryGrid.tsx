import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationList } from '../../../graphql/store/generationList'
import type { GenerationStore } from '../../../graphql/store/generationStore'
import { useList, useStudio } from '../../../studio/StudioContext'
import type { Selection } from '../selection/useSelection'
import { HistoryCell } from './HistoryCell'
import styles from './HistoryGrid.module.css'
import { useGridLayout } from './useGridLayout'

/** Aspect ratio of the first image, or of the request while there is none. */
function aspectOf(store: GenerationStore, id: string): number {
  const generation = store.get(id)
  const { width, height } = generation?.images[0] ?? generation ?? { width: 1, height: 1 }
  return width / height
}

/** A virtualized grid with arrow-key navigation. */
export function HistoryGrid({
  ids,
  list,
  trashed,
  selection,
  rowHeight,
}: {
  ids: readonly string[]
  list: GenerationList
  trashed: boolean
  selection: Selection
  /** Pixels. */
  rowHeight: number
}) {
  const { t } = useTranslation()
  const { hasNextPage } = useList(list)
  const loadMore = useCallback(() => void list.loadMore(), [list])
  const { store } = useStudio()
  const aspects = useMemo(() => ids.map((id) => aspectOf(store, id)), [ids, store])
  const grid = useGridLayout(aspects, rowHeight, loadMore)
  const pendingFocus = useRef<number | null>(null)

  const focus = (index: number) => {
    const link = grid.container.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)
    link?.focus()
    return link != null
  }

  // A cell outside the window is rendered only after scrolling. Focus it then.
  useEffect(() => {
    if (pendingFocus.current !== null && focus(pendingFocus.current)) pendingFocus.current = null
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const cell = (event.target as HTMLElement).closest('[data-index]')
    if (!cell) return
    const next = grid.next(Number(cell.getAttribute('data-index')), event.key)
    if (next === null) return
    event.preventDefault()
    grid.scrollTo(next)
    if (!focus(next)) pendingFocus.current = next
  }

  return (
    <ul
      ref={grid.container}
      className={styles.grid}
      style={{ height: grid.height }}
      aria-label={t(trashed ? 'history.trashTitle' : 'history.title')}
      aria-busy={hasNextPage}
      onKeyDown={onKeyDown}
    >
      {grid.cells.map(({ index, style }) => {
        const id = ids[index]
        return (
          id && (
            <li key={id} className={styles.position} style={style} data-index={index}>
              <HistoryCell id={id} trashed={trashed} selection={selection} />
            </li>
          )
        )
      })}
    </ul>
  )
}
