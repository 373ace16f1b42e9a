import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

const GAP = 12
const MIN_CELL_SIZE = 150
const MAX_CELL_SIZE = 240
const OVERSCAN_ROWS = 2

interface Cell {
  index: number
  style: { transform: string; width: number; height: number }
}

export interface GridLayout {
  container: RefObject<HTMLUListElement | null>
  columns: number
  height: number
  cells: Cell[]
  scrollTo(index: number): void
}

/** Compute the number of columns: about six, within the limits of the cell size, at least two. */
function columnCount(width: number): number {
  const cellSize = Math.min(MAX_CELL_SIZE, Math.max(MIN_CELL_SIZE, width / 6))
  return Math.max(2, Math.floor((width + GAP) / (cellSize + GAP)))
}

/**
 * Compute the layout of a virtualized grid of square cells. Cells are positioned individually instead
 * of in rows, so that screen readers see one list.
 */
export function useGridLayout(count: number, onEndReached: () => void): GridLayout {
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

  const columns = columnCount(box.width)
  const side = Math.max(1, (box.width - GAP * (columns - 1)) / columns)
  const rows = Math.ceil(count / columns)
  const virtualizer = useWindowVirtualizer({
    count: box.width === 0 ? 0 : rows,
    estimateSize: () => side + GAP,
    overscan: OVERSCAN_ROWS,
    scrollMargin: box.top,
  })
  // The virtualizer caches row heights.
  // biome-ignore lint/correctness/useExhaustiveDependencies: row heights depend on the side.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, side])

  const visibleRows = virtualizer.getVirtualItems()
  const lastRow = visibleRows.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastRow >= rows - 1 - OVERSCAN_ROWS) onEndReached()
  }, [lastRow, rows, onEndReached])

  const cells = visibleRows.flatMap((row) =>
    Array.from({ length: Math.min(columns, count - row.index * columns) }, (_, column) => ({
      index: row.index * columns + column,
      style: {
        transform: `translate(${column * (side + GAP)}px, ${row.start - box.top}px)`,
        width: side,
        height: side,
      },
    })),
  )
  return {
    container,
    columns,
    height: Math.max(0, virtualizer.getTotalSize() - GAP),
    cells,
    scrollTo: (index) => virtualizer.scrollToIndex(Math.floor(index / columns), { align: 'auto' }),
  }
}
