import { expect, test } from 'vitest'
import { isFiltered, NO_FILTERS, toFilter } from './filters'

const LIBRARY = { trashed: false, board: null }

test('empty controls result in an empty filter', () => {
  expect(toFilter(NO_FILTERS, LIBRARY)).toEqual({})
  expect(isFiltered(NO_FILTERS)).toBe(false)
})

test('dates cover whole days in the local time zone', () => {
  const day = '2026-11-23'
  const { createdFrom, createdBefore } = toFilter({ ...NO_FILTERS, from: day, to: day }, LIBRARY)
  expect(createdFrom).toBe(new Date(2026, 10, 23).toISOString())
  expect(createdBefore).toBe(new Date(2026, 10, 24).toISOString())
})

test('all controls are part of the filter', () => {
  const filters = {
    ...NO_FILTERS,
    text: ' apple ',
    favorite: true,
    model: 'tiny',
    status: 'FAILED',
  } as const
  expect(toFilter(filters, { trashed: true, board: null })).toEqual({
    trashed: true,
    text: 'apple',
    favorite: true,
    model: 'tiny',
    statuses: ['FAILED'],
  })
})

test('a board limits the filter, but is none of the controls', () => {
  const board = { id: 'b1', name: 'Fruit', createdAt: '2026-11-23T08:00:00.000Z' }
  expect(toFilter({ ...NO_FILTERS, text: 'apple' }, { trashed: false, board })).toEqual({
    board: 'b1',
    text: 'apple',
  })
})
