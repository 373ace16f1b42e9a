import { expect, test } from 'vitest'
import { compareTarget } from './compareTarget'

const ALONE = { parentId: null, sourceImageId: null }
const IDS = ['c', 'b', 'a']
/** Number of images by generation. `b` failed. */
const COUNTS: Record<string, number> = { a: 1, b: 0, c: 2 }
const target = (generation: Parameters<typeof compareTarget>[0], index = 0) =>
  compareTarget(generation, index, IDS, (id) => COUNTS[id] ?? 0)

test('an edit is compared with its source image', () => {
  const edit = { id: 'c', parentId: 'a', sourceImageId: 'x/3' }
  expect(target(edit)).toEqual({ id: 'x', index: 3 })
})

test('a derived image is compared with its parent', () => {
  expect(target({ id: 'c', parentId: 'p', sourceImageId: null })).toEqual({ id: 'p', index: 0 })
})

test('other images are compared with the next one that has an image, else the one before', () => {
  expect(target({ id: 'c', ...ALONE }, 0)).toEqual({ id: 'c', index: 1 })
  expect(target({ id: 'c', ...ALONE }, 1)).toEqual({ id: 'a', index: 0 })
  expect(target({ id: 'a', ...ALONE })).toEqual({ id: 'c', index: 1 })
})

test('a single image has no other', () => {
  expect(compareTarget({ id: 'a', ...ALONE }, 0, ['a'], () => 1)).toBeNull()
})
