import { expect, test } from 'vitest'
import { isForeign, languageNames, reads } from './promptLanguage'

test.each([
  ['a red apple', ['en'], false],
  ['一个红苹果', ['en'], true],
  ['一个红苹果', ['en', 'zh'], false],
  ['一个红苹果', ['zh-CN'], false],
  ['赤いりんご', ['en', 'zh'], true],
  ['夕焼け', ['ja'], false],
  ['красное яблоко', ['en'], true],
  ['🍎 café 3:2', ['en'], false],
])('%s for readers of %j: %j', (prompt, languages, foreign) => {
  expect(isForeign(prompt, languages)).toBe(foreign)
})

test('languages are named in the reader’s own', () => {
  expect(languageNames(['en', 'zh'], 'en')).toBe('English and Chinese')
  expect(languageNames(['en', 'zh'], 'zh-CN')).toBe('英语和中文')
})

test('a language is read in every region that it is spoken in', () => {
  expect(reads(['en', 'zh'], 'zh-CN')).toBe(true)
  expect(reads(['zh-Hans'], 'zh-CN')).toBe(true)
  expect(reads(['en'], 'zh-CN')).toBe(false)
})
