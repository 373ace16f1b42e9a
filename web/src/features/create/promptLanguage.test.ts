import { expect, test } from 'vitest'
import { isUnsupportedLanguage, languageNames, supportsLanguage } from './promptLanguage'

test.each([
  ['a red apple', ['en'], false],
  ['一个红苹果', ['en'], true],
  ['一个红苹果', ['en', 'zh'], false],
  ['一个红苹果', ['zh-CN'], false],
  ['赤いりんご', ['en', 'zh'], true],
  ['夕焼け', ['ja'], false],
  ['красное яблоко', ['en'], true],
  ['🍎 café 3:2', ['en'], false],
])('%s with supported languages %j: unsupported is %j', (prompt, languages, unsupported) => {
  expect(isUnsupportedLanguage(prompt, languages)).toBe(unsupported)
})

test('lists language names in the UI language', () => {
  expect(languageNames(['en', 'zh'], 'en')).toBe('English and Chinese')
  expect(languageNames(['en', 'zh'], 'zh-CN')).toBe('英语和中文')
})

test('ignores region and script subtags', () => {
  expect(supportsLanguage(['en', 'zh'], 'zh-CN')).toBe(true)
  expect(supportsLanguage(['zh-Hans'], 'zh-CN')).toBe(true)
  expect(supportsLanguage(['en'], 'zh-CN')).toBe(false)
})
