import { expect, test } from 'vitest'
import { justifiedRows, rowOf, verticalNeighbor } from './justifiedRows'

const GAP = 4
const widthOf = (cells: { left: number; width: number }[]) => {
  const last = cells.at(-1)
  return last ? last.left + last.width : 0
}

test('full rows fill the width, keep the aspect ratios and leave no image out', () => {
  const aspects = [1, 1.5, 0.66, 1, 2, 0.75, 1, 1, 1.33, 0.5, 1]
  const rows = justifiedRows(aspects, 800, 180, GAP)
  const seen = rows.flatMap(({ start, cells, height }) =>
    cells.map(({ width }, offset) => [start + offset, width / height] as const),
  )
  expect(seen.map(([index]) => index)).toEqual(aspects.map((_, index) => index))
  for (const [index, aspect] of seen) expect(aspect).toBeCloseTo(aspects[index] ?? 0)
  for (const { cells, height } of rows.slice(0, -1)) {
    expect(widthOf(cells)).toBeCloseTo(800)
    expect(height).toBeLessThanOrEqual(180)
  }
})

test('rows do not overlap', () => {
  const rows = justifiedRows(Array(30).fill(1.2), 640, 120, GAP)
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1]
    if (next) expect(next.top).toBeCloseTo(row.top + row.height + GAP)
  }
})

test('an incomplete last row keeps the target height', () => {
  const [row] = justifiedRows([1, 1], 1000, 180, GAP)
  expect(row?.height).toBe(180)
  expect(row?.cells).toEqual([
    { left: 0, width: 180 },
    { left: 184, width: 180 },
  ])
})

test('a panorama and a narrow screen still give cells of a usable size', () => {
  const [panorama, strip] = justifiedRows([16, 1 / 16], 360, 120, GAP)
  expect(panorama?.cells[0]?.width).toBeCloseTo(360)
  expect(panorama?.height).toBeCloseTo(120)
  expect(strip?.cells[0]?.width).toBe(60)
})

test('no images give no rows', () => {
  expect(justifiedRows([], 800, 180, GAP)).toEqual([])
})

test('rowOf finds the row of each image', () => {
  const rows = justifiedRows(Array(25).fill(1), 400, 100, GAP)
  for (const [number, row] of rows.entries()) {
    row.cells.forEach((_, offset) => {
      expect(rowOf(rows, row.start + offset)).toBe(number)
    })
  }
})

test('arrow keys move to the image above or below whose center is nearest', () => {
  const rows = justifiedRows([1, 1, 1, 1, 3, 1, 1, 1, 1], 412, 100, GAP)
  expect(rows.map(({ start }) => start)).toEqual([0, 4, 7])
  expect(verticalNeighbor(rows, 0, 1)).toBe(4)
  expect(verticalNeighbor(rows, 4, -1)).toBe(1)
  expect(verticalNeighbor(rows, 6, 1)).toBe(8)
  expect(verticalNeighbor(rows, 0, -1)).toBeNull()
  expect(verticalNeighbor(rows, 8, 1)).toBeNull()
})
