import { expect, test } from 'vitest'
import { cleanName, MAX_NAME_CHARACTERS, nameProblem } from './boardName'

test('a name has no white space at its ends and one form of equal characters', () => {
  expect(cleanName('  Fruit ')).toBe('Fruit')
  expect(cleanName('Ｆｒｕｉｔ')).toBe('Fruit')
})

test('an empty or too long name is refused before it is sent', () => {
  expect(nameProblem('Fruit')).toBeNull()
  expect(nameProblem(' \u3000')).toBe('boards.nameMissing')
  // A fox is one character, but two UTF-16 units.
  expect(nameProblem('🦊'.repeat(MAX_NAME_CHARACTERS))).toBeNull()
  expect(nameProblem('🦊'.repeat(MAX_NAME_CHARACTERS + 1))).toBe('boards.nameTooLong')
})
