import { expect, test } from 'vitest'
import { describeRange, lastDays, startOf, toDay } from './days'

test('days are those of the local time zone', () => {
  expect(toDay(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05')
  expect(startOf('2026-01-05')).toEqual(new Date(2026, 0, 5))
  expect(startOf('')).toBeUndefined()
  expect(startOf('2026-13-01')).toBeUndefined()
})

test('the last days include today and cross months', () => {
  const today = new Date(2026, 2, 3, 12)
  expect(lastDays(1, today)).toEqual({ from: '2026-03-03', to: '2026-03-03' })
  expect(lastDays(7, today)).toEqual({ from: '2026-02-25', to: '2026-03-03' })
})

test.each([
  ['', '', ''],
  ['2026-11-02', '2026-11-02', '2 Nov 2026'],
  ['2026-11-02', '2026-11-05', '2 – 5 Nov 2026'],
  ['2026-11-02', '', '2 Nov 2026 –'],
  ['', '2026-11-05', '– 5 Nov 2026'],
])('describes %s to %s', (from, to, expected) => {
  expect(describeRange({ from, to }, 'en-GB').replaceAll(/\s/g, ' ')).toBe(expected)
})

test('describes a range in Chinese', () => {
  expect(describeRange({ from: '2026-11-02', to: '2026-11-05' }, 'zh-CN')).toBe(
    '2026/11/2 – 2026/11/5',
  )
})
