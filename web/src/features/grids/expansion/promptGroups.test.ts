import { describe, expect, test } from 'vitest'
import { choose, groupsOf, parsePrompt } from './promptGroups'

function expand(text: string): string[] {
  const parsed = parsePrompt(text)
  let combinations: string[][] = [[]]
  for (const group of groupsOf(parsed)) {
    combinations = combinations.flatMap((chosen) => group.map((each) => [...chosen, each]))
  }
  return combinations.map((chosen) => choose(parsed, chosen))
}

test.each([
  ['a {red|blue} apple', ['a red apple', 'a blue apple']],
  ['{a|b} and {c|d}', ['a and c', 'a and d', 'b and c', 'b and d']],
  ['a { red | dark blue } apple', ['a red apple', 'a dark blue apple']],
  ['a {red|} apple', ['a red apple', 'a apple']],
  ['a {red|red|blue} apple', ['a red apple', 'a blue apple']],
  ['a {red|{dark|light} blue} apple', ['a red apple', 'a dark blue apple', 'a light blue apple']],
  ['{一只|两只}猫', ['一只猫', '两只猫']],
  ['{🍎|🍐} on a table', ['🍎 on a table', '🍐 on a table']],
])('%s has the combinations %j', (text, expected) => {
  expect(expand(text)).toEqual(expected)
})

describe('plain prompts stay as they are', () => {
  test.each([
    'a red apple',
    'a (red:1.2) apple, [old|new]',
    '{masterpiece}, {{detailed}} apple',
    'a {red apple',
    'a red} apple',
    'a | b',
    'two  spaces',
    'C:\\images\\new',
  ])('%s', (text) => {
    expect(parsePrompt(text).count).toBe(1)
    expect(expand(text)).toEqual([text])
  })
})

test.each([
  ['a \\{red\\|blue\\} apple', ['a {red|blue} apple']],
  ['{a\\|b|c}', ['a|b', 'c']],
  ['{a|b} \\{c|d\\}', ['a {c|d}', 'b {c|d}']],
])('a backslash makes the brackets of %s plain', (text, expected) => {
  expect(expand(text)).toEqual(expected)
})

test('brackets without a bar may contain groups', () => {
  expect(expand('{very {red|blue}} apple')).toEqual(['{very red} apple', '{very blue} apple'])
})

test('weights inside alternatives stay as they are', () => {
  expect(expand('{(red:1.2)|blue::2} apple')).toEqual(['(red:1.2) apple', 'blue::2 apple'])
})

test('combinations are counted without listing them', () => {
  expect(parsePrompt('{a|b}'.repeat(10)).count).toBe(1024)
  expect(parsePrompt('{a|b}'.repeat(2_000)).count).toBe(Number.POSITIVE_INFINITY)
  expect(parsePrompt('{'.repeat(10_000)).count).toBe(1)
  expect(parsePrompt(`${'{a|'.repeat(1_000)}b${'}'.repeat(1_000)}`).count).toBe(1_001)
})
