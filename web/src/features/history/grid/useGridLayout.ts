import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { justifiedRows, rowOf, verticalNeighbor } from './justifiedRows'

const GAP = 4
const OVERSCAN_ROWS = 2
/** Below this width of the grid, rows are at most `NARROW_HEIGHT` pixels high. */
const NARROW_WIDTH = 480
const NARROW_HEIGHT = 140

interface Cell {
  index: number
  style: { transform: string; width: number; height: number }
}

export interface GridLayout {
  container: RefObject<HTMLUListElement | null>
  height: number
  cells: Cell[]
  scrollTo(index: number): void
  /** The image that an arrow key leads to, or null. */
  next(index: number, key: string): number | null
}

/**
 * Compute the layout of a virtualized grid of justified rows. Cells are positioned individually
 * instead of in rows, so that screen readers see one list.
 */
export function useGridLayout(
  aspects: readonly number[],
  rowHeight: number,
  onEndReached: () => void,
): GridLayout {
  const container = useRef<HTMLUListElement>(null)
  const [box, setBox] = useState({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const element = container.current
    if (!element) return
    const measure = () => {
      const top = element.getBoundingClientRect().top + window.scrollY
      setBox((current) =>
        current.width === element.clientWidth && current.top === top
          ? current
          : { width: element.clientWidth, top },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])

  const target = box.width < NARROW_WIDTH ? Math.min(rowHeight, NARROW_HEIGHT) : rowHeight
  const rows = useMemo(
    () => (box.width === 0 ? [] : justifiedRows(aspects, box.width, target, GAP)),
    [aspects, box.width, target],
  )
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.height ?? target) + GAP,
    overscan: OVERSCAN_ROWS,
    scrollMargin: box.top,
  })
  // The virtualizer caches row heights.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row heights depend on the rows.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rows])

  const visibleRows = virtualizer.getVirtualItems()
  const lastRow = visibleRows.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastRow >= rows.length - 1 - OVERSCAN_ROWS) onEndReached()
  }, [lastRow, rows, onEndReached])

  const cells = visibleRows.flatMap(({ index }) => {
    const row = rows[index]
    if (!row) return []
    return row.cells.map(({ left, width }, offset) => ({
      index: row.start + offset,
      style: { transform: `translate(${left}px, ${row.top}px)`, width, height: row.height },
    }))
  })
  const lastEnd = rows.at(-1)
  return {
    container,
    height: lastEnd ? lastEnd.top + lastEnd.height : 0,
    cells,
    scrollTo: (index) => virtualizer.scrollToIndex(rowOf(rows, index), { align: 'auto' }),
    next: (index, key) => {
      if (key === 'ArrowUp') return verticalNeighbor(rows, index, -1)
      if (key === 'ArrowDown') return verticalNeighbor(rows, index, 1)
      const next = index + (key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : Number.NaN)
      return next >= 0 && next < aspects.length ? next : null
    },
  }
}
