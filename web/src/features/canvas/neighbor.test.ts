import { expect, test } from 'vitest'
import { afterRemoval, neighbor } from './neighbor'

const counts: Record<string, number> = { a: 2, b: 0, c: 1 }
const imageCount = (id: string) => counts[id] ?? 0
const ids = ['a', 'b', 'c']

test('returns images of the same generation first and skips generations without images', () => {
  expect(neighbor(ids, { id: 'a', index: 0 }, 1, imageCount)).toEqual({ id: 'a', index: 1 })
  expect(neighbor(ids, { id: 'a', index: 1 }, 1, imageCount)).toEqual({ id: 'c', index: 0 })
  expect(neighbor(ids, { id: 'c', index: 0 }, -1, imageCount)).toEqual({ id: 'a', index: 1 })
})

test('returns null at both ends and for an unknown generation', () => {
  expect(neighbor(ids, { id: 'c', index: 0 }, 1, imageCount)).toBeNull()
  expect(neighbor(ids, { id: 'a', index: 0 }, -1, imageCount)).toBeNull()
  expect(neighbor(ids, { id: 'x', index: 0 }, 1, imageCount)).toBeNull()
})

test('after a removal, the next older generation is shown, else the newer one', () => {
  const count = (id: string) => (id === 'failed' ? 0 : 2)
  expect(afterRemoval(['c', 'failed', 'a'], 'c', count)).toEqual({ id: 'a', index: 0 })
  expect(afterRemoval(['c', 'failed', 'a'], 'a', count)).toEqual({ id: 'c', index: 0 })
  expect(afterRemoval(['a'], 'a', count)).toBeNull()
})
