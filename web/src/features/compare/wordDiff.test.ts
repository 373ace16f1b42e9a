import { expect, test } from 'vitest'
import { wordDiff } from './wordDiff'

const written = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) => ({ same: text, removed: `[-${text}-]`, added: `[+${text}+]` })[kind])
    .join('')

test.each([
  ['a red apple', 'a red apple', 'a red apple'],
  ['a red apple', 'a blue apple', 'a [-red-][+blue+] apple'],
  ['a red apple', 'a red apple on a table', 'a red apple[+ on a table+]'],
  ['an old red apple', 'a red apple', '[-an old-][+a+] red apple'],
  ['a cat on a table', 'a cat in the snow', 'a cat [-on a table-][+in the snow+]'],
  ['', 'fog', '[+fog+]'],
  ['fog', '', '[-fog-]'],
  ['', '', ''],
  ['一个红苹果', '一个蓝苹果', '一个[-红-][+蓝+]苹果'],
])('from %j to %j', (before, after, expected) => {
  expect(written(before, after)).toBe(expected)
})

test('both texts can be read from the difference', () => {
  const [before, after] = ['a cat, a dog and a fox in the snow', 'a dog, a cat or a fox in snow']
  const without = (kind: string) =>
    wordDiff(before, after)
      .filter((run) => run.kind !== kind)
      .map(({ text }) => text)
      .join('')
  expect(without('added')).toBe(before)
  expect(without('removed')).toBe(after)
})

test('long texts are compared as a whole', () => {
  const long = 'word '.repeat(700)
  expect(wordDiff(long, long)).toEqual([{ kind: 'same', text: long }])
  expect(wordDiff(long, 'short').map(({ kind }) => kind)).toEqual(['removed', 'added'])
})
