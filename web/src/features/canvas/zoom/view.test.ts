import { expect, test } from 'vitest'
import { actualScale, FIT, limitPan, MAX_SCALE, zoomTo } from './view'

test('the point under the cursor stays where it is', () => {
  const at = { x: 120, y: -40 }
  const first = zoomTo(FIT, 2, at)
  const second = zoomTo(first, 5, at)
  // The image's point, in pixels of the unzoomed image.
  for (const view of [first, second]) {
    expect((at.x - view.x) / view.scale).toBeCloseTo(at.x)
    expect((at.y - view.y) / view.scale).toBeCloseTo(at.y)
  }
})

test('the scale stays between fit and the maximum', () => {
  expect(zoomTo(FIT, 0.2, { x: 0, y: 0 })).toEqual(FIT)
  expect(zoomTo(FIT, 1000, { x: 0, y: 0 }).scale).toBe(MAX_SCALE)
})

test('an image that fits cannot be moved, and a zoomed one not out of the stage', () => {
  const stage = { width: 800, height: 600 }
  expect(limitPan({ scale: 1, x: 50, y: -50 }, stage)).toEqual({ scale: 1, x: 0, y: 0 })
  expect(limitPan({ scale: 2, x: 500, y: -500 }, stage)).toEqual({ scale: 2, x: 400, y: -300 })
})

test('the actual size of a large image is its number of pixels', () => {
  expect(actualScale({ width: 4096, height: 4096 }, { width: 1024, height: 1024 })).toBe(4)
  expect(actualScale({ width: 256, height: 256 }, { width: 1024, height: 1024 })).toBe(2)
})
