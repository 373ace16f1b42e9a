import { expect, test } from 'vitest'
import { heldBack } from './useHeldIds'

test('holds back newer images and keeps the order of the others', () => {
  expect(heldBack(['e', 'd', 'c', 'b'], 'c')).toEqual({ held: ['c', 'b'], newCount: 2 })
})

test('holds back the same images if the newest shown one was deleted', () => {
  expect(heldBack(['e', 'd', 'b'], 'c')).toEqual({ held: ['b'], newCount: 2 })
})

test('returns the same array if nothing is held back, so that the layout is kept', () => {
  const ids = ['c', 'b', 'a']
  expect(heldBack(ids, 'c').held).toBe(ids)
  expect(heldBack(ids, null).held).toBe(ids)
})
