import { expect, test } from 'vitest'
import { neighbor } from './neighbor'

const counts: Record<string, number> = { a: 2, b: 0, c: 1 }
const images = (id: string) => counts[id] ?? 0
const ids = ['a', 'b', 'c']

test('walks through a generation, then past those without images', () => {
  expect(neighbor(ids, { id: 'a', index: 0 }, 1, images)).toEqual({ id: 'a', index: 1 })
  expect(neighbor(ids, { id: 'a', index: 1 }, 1, images)).toEqual({ id: 'c', index: 0 })
  expect(neighbor(ids, { id: 'c', index: 0 }, -1, images)).toEqual({ id: 'a', index: 1 })
})

test('ends at both ends, and for an image that is not in the list', () => {
  expect(neighbor(ids, { id: 'c', index: 0 }, 1, images)).toBeNull()
  expect(neighbor(ids, { id: 'a', index: 0 }, -1, images)).toBeNull()
  expect(neighbor(ids, { id: 'x', index: 0 }, 1, images)).toBeNull()
})
