import { expect, test } from 'vitest'
import { changeBoards, membershipOf } from './membership'

const on = (...boards: string[]) => ({ boards })

test('a board has all, some or none of the generations', () => {
  expect(membershipOf([on('a', 'b'), on('b')], 'b')).toBe('all')
  expect(membershipOf([on('a', 'b'), on('b')], 'a')).toBe('some')
  expect(membershipOf([on('a'), on()], 'b')).toBe('none')
  expect(membershipOf([], 'a')).toBe('none')
})

test('a generation is added once, and removed from one board only', () => {
  expect(changeBoards(on('a'), 'b', true)).toEqual(['a', 'b'])
  expect(changeBoards(on('a', 'b'), 'b', true)).toEqual(['a', 'b'])
  expect(changeBoards(on('a', 'b'), 'a', false)).toEqual(['b'])
  expect(changeBoards(on('a'), 'b', false)).toEqual(['a'])
})
