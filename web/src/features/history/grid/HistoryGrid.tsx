import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationList } from '../../../graphql/store/generationList'
import { useList } from '../../../studio/StudioContext'
import type { Selection } from '../selection/useSelection'
import { HistoryCell } from './HistoryCell'
import styles from './HistoryGrid.module.css'
import { useGridLayout } from './useGridLayout'

const STEPS: Record<string, (columns: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
}

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
  const more = useCallback(() => void list.loadMore(), [list])
  const grid = useGridLayout(ids.length, more)
  const wanted = useRef<number | null>(null)

  const focus = (index: number) => {
    const link = grid.container.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)
    link?.focus()
    return link != null
  }

  // A cell that was scrolled to is there only after the next render.
  useEffect(() => {
    if (wanted.current !== null && focus(wanted.current)) wanted.current = null
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    const cell = (event.target as HTMLElement).closest('[data-index]')
    if (!step || !cell) return
    const index = Number(cell.getAttribute('data-index')) + step(grid.columns)
    if (index < 0 || index >= ids.length) return
    event.preventDefault()
    grid.scrollTo(index)
    if (!focus(index)) wanted.current = index
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
            <li key={id} className={styles.place} style={style} data-index={index}>
              <HistoryCell id={id} trashed={trashed} selection={selection} />
            </li>
          )
        )
      })}
    </ul>
  )
}
