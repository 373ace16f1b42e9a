import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

const GAP = 12
const SMALLEST = 150
const LARGEST = 240
const OVERSCAN = 2

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

/** Two columns at least, and no more than cells of a good size need. */
function columnsIn(width: number): number {
  const wanted = Math.min(LARGEST, Math.max(SMALLEST, width / 6))
  return Math.max(2, Math.floor((width + GAP) / (wanted + GAP)))
}

/**
 * Square cells, of which only those near the window are in the page. Each is placed by itself, so
 * that the list stays one list for whoever reads it by ear.
 */
export function useGridLayout(count: number, reachEnd: () => void): GridLayout {
  const container = useRef<HTMLUListElement>(null)
  const [box, setBox] = useState({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const element = container.current
    if (!element) return
    const measure = () => {
      const top = element.getBoundingClientRect().top + window.scrollY
      setBox((known) =>
        known.width === element.clientWidth && known.top === top
          ? known
          : { width: element.clientWidth, top },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])

  const columns = columnsIn(box.width)
  const side = Math.max(1, (box.width - GAP * (columns - 1)) / columns)
  const rows = Math.ceil(count / columns)
  const virtualizer = useWindowVirtualizer({
    count: box.width === 0 ? 0 : rows,
    estimateSize: () => side + GAP,
    overscan: OVERSCAN,
    scrollMargin: box.top,
  })
  // The virtualizer keeps the row heights it was first told.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new side means new heights.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, side])

  const shown = virtualizer.getVirtualItems()
  const lastRow = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastRow >= rows - 1 - OVERSCAN) reachEnd()
  }, [lastRow, rows, reachEnd])

  const cells = shown.flatMap((row) =>
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
