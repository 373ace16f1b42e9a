import { expect, test } from 'vitest'
import { HEADING_HEIGHT, indexesIn, layoutDays } from './dayLayout'

const GAP = 4
/** Five square images on two days, in rows of two. */
const DAYS = [
  { key: '2026-11-30', start: 0, end: 3 },
  { key: '2026-11-29', start: 3, end: 5 },
]
const layout = layoutDays([1, 1, 1, 1, 1], DAYS, 204, 100, GAP)

test('each day starts with a heading and a row of its own', () => {
  expect(layout.rows.map(({ start, top, cells }) => [start, top, cells.length])).toEqual([
    [0, HEADING_HEIGHT, 2],
    [2, HEADING_HEIGHT + 104, 1],
    [3, 2 * HEADING_HEIGHT + 208, 2],
  ])
  expect(layout.sections.map(({ key, top, height }) => [key, top, height])).toEqual([
    ['2026-11-30', 0, HEADING_HEIGHT + 208],
    ['2026-11-29', HEADING_HEIGHT + 208, HEADING_HEIGHT + 104],
  ])
})

test('the sizes of the rows add up to the height', () => {
  expect(layout.rowSizes.reduce((sum, size) => sum + size, 0)).toBe(layout.height)
  const second = (layout.rowSizes[0] ?? 0) + (layout.rowSizes[1] ?? 0)
  expect(layout.rows[2]?.top).toBe(second + HEADING_HEIGHT)
})

test.each([
  ['one image', { left: 10, top: 60, right: 20, bottom: 70 }, [0]],
  ['a row', { left: 10, top: 60, right: 150, bottom: 70 }, [0, 1]],
  ['two days', { left: 0, top: 160, right: 50, bottom: 320 }, [2, 3]],
  ['all', { left: -10, top: -10, right: 500, bottom: 1_000 }, [0, 1, 2, 3, 4]],
  ['a heading', { left: 0, top: 0, right: 200, bottom: 40 }, []],
  ['the gap', { left: 101, top: 60, right: 103, bottom: 70 }, []],
  ['beside a short row', { left: 110, top: 160, right: 200, bottom: 200 }, []],
])('a rectangle around %s touches its images', (_, box, expected) => {
  expect(indexesIn(layout.rows, box)).toEqual(expected)
})
