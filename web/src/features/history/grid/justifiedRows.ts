/** A row of images with equal heights. */
export interface Row {
  /** Index of the first image. */
  start: number
  /** Distance in pixels from the top of the grid. */
  top: number
  height: number
  /** Left edge and width of each image. */
  cells: { left: number; width: number }[]
}

/** Very wide or tall images would make rows of one image, or cells too narrow for their buttons. */
const MIN_ASPECT = 0.5
const MAX_ASPECT = 3

/**
 * Arrange images in rows that fill the width and keep the aspect ratios. A row ends as soon as its
 * images, at the target height, fill the width; it is then scaled down to fit. The last row keeps the
 * target height if it is not full.
 */
export function justifiedRows(
  aspects: readonly number[],
  width: number,
  targetHeight: number,
  gap: number,
): Row[] {
  const rows: Row[] = []
  let start = 0
  let top = 0
  let sum = 0
  const endRow = (end: number, height: number) => {
    let left = 0
    const cells = aspects.slice(start, end).map((aspect) => {
      const cell = { left, width: limited(aspect) * height }
      left += cell.width + gap
      return cell
    })
    rows.push({ start, top, height, cells })
    top += height + gap
    start = end
    sum = 0
  }
  for (const [index, aspect] of aspects.entries()) {
    sum += limited(aspect)
    const gaps = gap * (index - start)
    if (sum * targetHeight + gaps >= width) endRow(index + 1, Math.max(1, (width - gaps) / sum))
  }
  if (start < aspects.length) endRow(aspects.length, targetHeight)
  return rows
}

function limited(aspect: number): number {
  return Math.min(MAX_ASPECT, Math.max(MIN_ASPECT, aspect))
}

/** Return the index of the row that contains the image. */
export function rowOf(rows: readonly Row[], index: number): number {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((rows[middle]?.start ?? 0) <= index) low = middle
    else high = middle - 1
  }
  return low
}

/** Return the image in the row above (−1) or below (1) whose center is nearest, or null. */
export function verticalNeighbor(
  rows: readonly Row[],
  index: number,
  direction: -1 | 1,
): number | null {
  const from = rows[rowOf(rows, index)]
  const to = rows[rowOf(rows, index) + direction]
  const cell = from?.cells[index - from.start]
  if (!to || !cell) return null
  const center = cell.left + cell.width / 2
  const distances = to.cells.map(({ left, width }) => Math.abs(left + width / 2 - center))
  return to.start + distances.indexOf(Math.min(...distances))
}
