import { expect, test } from 'vitest'
import type { Point } from './rect'
import { type FillSpan, fillPolygon, fillTrace } from './shapes'

const SIZE = 24

/** Draw on a small board. Returns its rows as text. */
function draw(use: (fill: FillSpan) => void): string[] {
  const rows = Array.from({ length: SIZE }, () => Array<string>(SIZE).fill('.'))
  use((y, start, end) => {
    for (let x = start; x < end; x += 1) {
      const row = rows[y]
      if (row && x >= 0 && x < SIZE) row[x] = '#'
    }
  })
  return rows.map((row) => row.join(''))
}

/** Draw the pixels whose centers fulfil a condition. */
function where(condition: (x: number, y: number) => boolean): string[] {
  return Array.from({ length: SIZE }, (_, y) =>
    Array.from({ length: SIZE }, (_, x) => (condition(x + 0.5, y + 0.5) ? '#' : '.')).join(''),
  )
}

function distanceToLine(x: number, y: number, a: Point, b: Point): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
  const along = length === 0 ? 0 : ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / length
  const t = Math.min(1, Math.max(0, along))
  return Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y))
}

test.each([
  [{ x: 12, y: 12 }, { x: 12, y: 12 }, 5],
  [{ x: 4.3, y: 5.1 }, { x: 18.7, y: 16.2 }, 3.3],
  [{ x: 18, y: 4 }, { x: 5, y: 19 }, 2],
  [{ x: 3, y: 12 }, { x: 20, y: 12 }, 4],
  [{ x: 12, y: 3 }, { x: 12, y: 20 }, 4],
  [{ x: -6, y: 2 }, { x: 30, y: 26 }, 6],
  [{ x: 8.5, y: 8.5 }, { x: 9, y: 8.6 }, 7],
])(
  'the trace from %o to %o with radius %d covers the pixels within the radius',
  (from, to, radius) => {
    expect(draw((fill) => fillTrace(from, to, radius, fill))).toEqual(
      where((x, y) => distanceToLine(x, y, from, to) <= radius),
    )
  },
)

test('the smallest brush paints the pixel under it', () => {
  expect(draw((fill) => fillTrace({ x: 3.9, y: 4.1 }, { x: 3.9, y: 4.1 }, 0.1, fill))).toEqual(
    where((x, y) => x === 3.5 && y === 4.5),
  )
})

test('a polygon is filled at the pixels whose centers it contains', () => {
  const triangle = [
    { x: 2, y: 2 },
    { x: 20, y: 2 },
    { x: 2, y: 20 },
  ]
  expect(draw((fill) => fillPolygon(triangle, fill))).toEqual(
    where((x, y) => x >= 2 && y >= 2 && x + y < 22),
  )
})

test('a lasso that runs around twice is filled', () => {
  const square = [
    { x: 4, y: 4 },
    { x: 16, y: 4 },
    { x: 16, y: 16 },
    { x: 4, y: 16 },
  ]
  expect(draw((fill) => fillPolygon([...square, ...square], fill))).toEqual(
    where((x, y) => x >= 4 && x <= 16 && y >= 4 && y <= 16),
  )
})

test('a lasso that crosses itself fills both loops', () => {
  const bowTie = [
    { x: 2, y: 2 },
    { x: 20, y: 20 },
    { x: 20, y: 2 },
    { x: 2, y: 20 },
  ]
  const rows = draw((fill) => fillPolygon(bowTie, fill))
  expect(rows[10]?.[3]).toBe('#')
  expect(rows[10]?.[18]).toBe('#')
  expect(rows[4]?.[11]).toBe('.')
})

test.each([0, 1, 2])('a lasso of %d points fills nothing', (count) => {
  const points = [
    { x: 2, y: 2 },
    { x: 9, y: 9 },
  ].slice(0, count)
  expect(draw((fill) => fillPolygon(points, fill)).join('')).not.toContain('#')
})
