import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react'
import type { GenerationList } from '../../../graphql/store/generationList'
import type { GenerationStore } from '../../../graphql/store/generationStore'
import { useList, useStudio } from '../../../studio/StudioContext'
import { useGenerationActions } from '../../generations/useGenerationActions'
import { DayHeadings } from '../days/DayHeadings'
import { groupByDay } from '../days/days'
import { GridMenu } from '../menu/GridMenu'
import type { Selection } from '../selection/useSelection'
import type { LibraryView } from '../view'
import { HistoryCell } from './HistoryCell'
import styles from './HistoryGrid.module.css'
import { useGridLayout } from './useGridLayout'
import { useLasso } from './useLasso'

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
  view,
  selection,
  rowHeight,
}: {
  ids: readonly string[]
  list: GenerationList
  view: LibraryView
  selection: Selection
  /** Pixels. */
  rowHeight: number
}) {
  const { hasNextPage } = useList(list)
  const loadMore = useCallback(() => void list.loadMore(), [list])
  const { store } = useStudio()
  const { remove } = useGenerationActions()
  const aspects = useMemo(() => ids.map((id) => aspectOf(store, id)), [ids, store])
  const days = useMemo(
    () => groupByDay(ids.map((id) => store.get(id)?.createdAt ?? '')),
    [ids, store],
  )
  const grid = useGridLayout(aspects, days, rowHeight, loadMore)
  const lasso = useLasso(grid, ids, selection)
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
    const index = Number(cell.getAttribute('data-index'))
    const id = ids[index]
    // With a selection, Delete applies to the selection.
    if (event.key === 'Delete' && id && !view.trashed && selection.ids.size === 0) {
      event.preventDefault()
      void remove([id])
      // The next image takes its place.
      pendingFocus.current = Math.min(index, ids.length - 2)
      return
    }
    const next = grid.next(index, event.key)
    if (next === null) return
    event.preventDefault()
    grid.scrollTo(next)
    if (!focus(next)) pendingFocus.current = next
  }

  return (
    <GridMenu view={view} selection={selection} ids={ids}>
      <div className={styles.frame} style={{ height: grid.height }}>
        <DayHeadings sections={grid.sections} />
        {lasso && <div className={styles.lasso} style={lasso} />}
        <ul
          ref={grid.container}
          className={styles.grid}
          aria-label={view.title}
          aria-busy={hasNextPage}
          onKeyDown={onKeyDown}
        >
          {grid.cells.map(({ index, style }) => {
            const id = ids[index]
            return (
              id && (
                <li key={id} className={styles.position} style={style} data-index={index}>
                  <HistoryCell id={id} view={view} selection={selection} />
                </li>
              )
            )
          })}
        </ul>
      </div>
    </GridMenu>
  )
}
