import { justifiedRows, type Row } from '../grid/justifiedRows'
import type { Day } from './days'

/** Height of the heading of a day, in pixels. */
export const HEADING_HEIGHT = 44

/** The place of a day in the grid, with its heading and rows. */
export interface Section extends Day {
  /** Pixels. */
  top: number
  height: number
}

export interface DayLayout {
  rows: Row[]
  /** Height of each row with the gap below it and, for the first row of a day, the heading above it. */
  rowSizes: number[]
  sections: Section[]
  height: number
}

/** Arrange the images of each day in justified rows below a heading. */
export function layoutDays(
  aspects: readonly number[],
  days: readonly Day[],
  width: number,
  targetHeight: number,
  gap: number,
): DayLayout {
  const rows: Row[] = []
  const rowSizes: number[] = []
  const sections: Section[] = []
  let top = 0
  for (const day of days) {
    const sectionTop = top
    top += HEADING_HEIGHT
    const daysRows = justifiedRows(aspects.slice(day.start, day.end), width, targetHeight, gap)
    for (const [index, row] of daysRows.entries()) {
      rows.push({ ...row, start: day.start + row.start, top: top + row.top })
      rowSizes.push(row.height + gap + (index === 0 ? HEADING_HEIGHT : 0))
    }
    const last = daysRows.at(-1)
    if (last) top += last.top + last.height + gap
    sections.push({ ...day, top: sectionTop, height: top - sectionTop })
  }
  return { rows, rowSizes, sections, height: top }
}

/** A rectangle in the coordinates of the grid. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Return the indexes of the images that a rectangle touches. */
export function indexesIn(rows: readonly Row[], box: Box): number[] {
  return rows
    .filter(({ top, height }) => top < box.bottom && top + height > box.top)
    .flatMap(({ start, cells }) =>
      cells.flatMap(({ left, width }, offset) =>
        left < box.right && left + width > box.left ? [start + offset] : [],
      ),
    )
}
