import { expect, test } from 'vitest'
import { isFiltered, NO_FILTERS, toFilter } from './filters'

test('nothing chosen asks for everything', () => {
  expect(toFilter(NO_FILTERS, false)).toEqual({})
  expect(isFiltered(NO_FILTERS)).toBe(false)
})

test('days are whole days in the reader’s time zone', () => {
  const day = '2026-11-23'
  const { createdFrom, createdBefore } = toFilter({ ...NO_FILTERS, from: day, to: day }, false)
  expect(createdFrom).toBe(new Date(2026, 10, 23).toISOString())
  expect(createdBefore).toBe(new Date(2026, 10, 24).toISOString())
})

test('everything chosen is asked for', () => {
  const filters = {
    ...NO_FILTERS,
    text: ' apple ',
    favorite: true,
    model: 'tiny',
    status: 'FAILED',
  } as const
  expect(toFilter(filters, true)).toEqual({
    trashed: true,
    text: 'apple',
    favorite: true,
    model: 'tiny',
    statuses: ['FAILED'],
  })
})
