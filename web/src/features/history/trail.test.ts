import { expect, test } from 'vitest'
import { neighbour } from './trail'

const counts: Record<string, number> = { a: 2, b: 0, c: 1 }
const pictures = (id: string) => counts[id] ?? 0
const ids = ['a', 'b', 'c']

test('walks through a generation, then past those without pictures', () => {
  expect(neighbour(ids, { id: 'a', index: 0 }, 1, pictures)).toEqual({ id: 'a', index: 1 })
  expect(neighbour(ids, { id: 'a', index: 1 }, 1, pictures)).toEqual({ id: 'c', index: 0 })
  expect(neighbour(ids, { id: 'c', index: 0 }, -1, pictures)).toEqual({ id: 'a', index: 1 })
})

test('ends at both ends, and for a picture that is not in the list', () => {
  expect(neighbour(ids, { id: 'c', index: 0 }, 1, pictures)).toBeNull()
  expect(neighbour(ids, { id: 'a', index: 0 }, -1, pictures)).toBeNull()
  expect(neighbour(ids, { id: 'x', index: 0 }, 1, pictures)).toBeNull()
})
