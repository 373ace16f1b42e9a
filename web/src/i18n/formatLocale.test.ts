import { expect, test } from 'vitest'
import { formatLocale } from './formatLocale'

test.each([
  ['en', ['en-GB', 'en'], 'en-GB'],
  ['en', ['de-DE', 'en-AU'], 'en-AU'],
  ['zh-CN', ['zh-TW'], 'zh-TW'],
  ['en', ['zh-CN'], 'en'],
  ['en', [], 'en'],
])('the locale for %s with %j is %s', (language, preferred, expected) => {
  expect(formatLocale(language, preferred)).toBe(expected)
})
