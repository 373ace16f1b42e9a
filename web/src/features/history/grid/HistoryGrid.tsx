import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationList } from '../../../graphql/store/generationList'
import { useList } from '../../../studio/StudioContext'
import type { Selection } from '../selection/useSelection'
import { HistoryCell } from './HistoryCell'
import styles from './HistoryGrid.module.css'
import { useGridLayout } from './useGridLayout'

const KEY_STEPS: Record<string, (columns: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
}

/** A virtualized grid with arrow-key navigation. */
export function HistoryGrid({
  ids,
  list,
  trashed,
  selection,
}: {
  ids: readonly string[]
  list: GenerationList
  trashed: boolean
  selection: Selection
}) {
  const { t } = useTranslation()
  const { hasNextPage } = useList(list)
  const loadMore = useCallback(() => void list.loadMore(), [list])
  const grid = useGridLayout(ids.length, loadMore)
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
    const step = KEY_STEPS[event.key]
    const cell = (event.target as HTMLElement).closest('[data-index]')
    if (!step || !cell) return
    const index = Number(cell.getAttribute('data-index')) + step(grid.columns)
    if (index < 0 || index >= ids.length) return
    event.preventDefault()
    grid.scrollTo(index)
    if (!focus(index)) pendingFocus.current = index
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
