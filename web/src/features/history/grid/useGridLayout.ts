import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type Box, indexesIn, layoutDays, type Section } from '../days/dayLayout'
import type { Day } from '../days/days'
import { rowOf, verticalNeighbor } from './justifiedRows'

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
  /** The days of the rendered rows. */
  sections: Section[]
  scrollTo(index: number): void
  /** The image that an arrow key leads to, or null. */
  next(index: number, key: string): number | null
  /** The images that a rectangle touches, in pixels of the grid. */
  indexesIn(box: Box): number[]
}

/**
 * Compute the layout of a virtualized grid of justified rows below headings of days. Cells are positioned individually
 * instead of in rows, so that screen readers see one list.
 */
export function useGridLayout(
  aspects: readonly number[],
  days: readonly Day[],
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
  const layout = useMemo(
    () => layoutDays(aspects, box.width === 0 ? [] : days, box.width, target, GAP),
    [aspects, days, box.width, target],
  )
  const { rows, rowSizes } = layout
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => rowSizes[index] ?? target,
    overscan: OVERSCAN_ROWS,
    scrollMargin: box.top,
  })
  // The virtualizer caches row heights.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row heights depend on the rows.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rows])

  const visibleRows = virtualizer.getVirtualItems()
  const lastRow = visibleRows.at(-1)?.index ?? 0
  useEffect(() => {
    if (rows.length > 0 && lastRow >= rows.length - 1 - OVERSCAN_ROWS) onEndReached()
  }, [lastRow, rows, onEndReached])

  const cells = visibleRows.flatMap(({ index }) => {
    const row = rows[index]
    if (!row) return []
    return row.cells.map(({ left, width }, offset) => ({
      index: row.start + offset,
      style: { transform: `translate(${left}px, ${row.top}px)`, width, height: row.height },
    }))
  })
  const first = cells[0]?.index ?? 0
  const last = cells.at(-1)?.index ?? -1
  return {
    container,
    height: layout.height,
    cells,
    sections: layout.sections.filter(({ start, end }) => start <= last && end > first),
    scrollTo: (index) => virtualizer.scrollToIndex(rowOf(rows, index), { align: 'auto' }),
    next: (index, key) => {
      if (key === 'ArrowUp') return verticalNeighbor(rows, index, -1)
      if (key === 'ArrowDown') return verticalNeighbor(rows, index, 1)
      const next = index + (key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : Number.NaN)
      return next >= 0 && next < aspects.length ? next : null
    },
    indexesIn: (area) => indexesIn(rows, area),
  }
}
