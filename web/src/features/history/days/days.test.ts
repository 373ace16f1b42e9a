import { expect, test } from 'vitest'
import { dayName, dayOf, groupByDay } from './days'

/** A time of a local day, as the API sends it. */
const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString()

test('images are grouped by local day, in the order of the list', () => {
  expect(groupByDay([at(30, 23), at(30, 0), at(29, 23), at(2, 12)])).toEqual([
    { key: '2026-11-30', start: 0, end: 2 },
    { key: '2026-11-29', start: 2, end: 3 },
    { key: '2026-11-02', start: 3, end: 4 },
  ])
  expect(groupByDay([])).toEqual([])
})

test('the day is that of the local time zone', () => {
  expect(dayOf(new Date(2026, 0, 1, 0, 30))).toBe('2026-01-01')
  expect(dayOf(new Date(2026, 11, 31, 23, 30))).toBe('2026-12-31')
})

test.each([
  ['2026-11-30', 'en-GB', 'Today'],
  ['2026-11-29', 'en-GB', 'Yesterday'],
  ['2026-11-28', 'en-GB', 'Saturday 28 November'],
  ['2025-11-30', 'en-GB', 'Sunday 30 November 2025'],
  ['2026-11-30', 'zh-CN', '今天'],
  ['2026-11-29', 'zh-CN', '昨天'],
  ['2026-11-28', 'zh-CN', '11月28日星期六'],
])('%s in %s is %s', (key, locale, name) => {
  expect(dayName(key, locale, new Date(2026, 10, 30, 12)).replace(',', '')).toBe(name)
})

test('yesterday may be in the month before', () => {
  expect(dayName('2026-10-31', 'en-GB', new Date(2026, 10, 1, 12))).toBe('Yesterday')
})
