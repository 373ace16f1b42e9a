import { expect, test } from 'vitest'
import { afterRemovalFrom, shownOf, step, stripOrder } from './shown'

const counts: Record<string, number> = { c: 4, b: 1, a: 0 }
const imageCount = (id: string) => counts[id] ?? 0
const order = ['c', 'b', 'a']

test('running generations come first, and others keep their order', () => {
  expect(stripOrder(order, [])).toBe(order)
  expect(stripOrder(['d', 'c', 'b', 'a'], ['b'])).toEqual(['b', 'd', 'c', 'a'])
})

test('the newest generation is shown until another one is selected', () => {
  expect(shownOf(null, order)).toEqual({ id: 'c', index: null })
  expect(shownOf(null, ['d', ...order])).toEqual({ id: 'd', index: null })
  const selected = { id: 'b', index: 0 }
  expect(shownOf(selected, ['d', ...order])).toBe(selected)
  expect(shownOf(null, [])).toBeNull()
})

test('arrow keys walk generations, and the images of one that fill the canvas', () => {
  expect(step(order, { id: 'c', index: null }, 1, imageCount)).toEqual({ id: 'b', index: null })
  expect(step(order, { id: 'c', index: 2 }, 1, imageCount)).toEqual({ id: 'c', index: 3 })
  expect(step(order, { id: 'c', index: 3 }, 1, imageCount)).toEqual({ id: 'b', index: null })
  expect(step(order, { id: 'b', index: 0 }, 1, imageCount)).toEqual({ id: 'a', index: null })
  expect(step(order, { id: 'b', index: 0 }, -1, imageCount)).toEqual({ id: 'c', index: null })
})

test('arrow keys lead nowhere at the ends, or from a generation that is not listed', () => {
  expect(step(order, { id: 'c', index: null }, -1, imageCount)).toBeNull()
  expect(step(order, { id: 'a', index: null }, 1, imageCount)).toBeNull()
  expect(step(order, { id: 'x', index: null }, 1, imageCount)).toBeNull()
})

test('after a removal, the next older generation is shown, else the newer one', () => {
  expect(afterRemovalFrom(order, 'c')).toEqual({ id: 'b', index: null })
  expect(afterRemovalFrom(order, 'a')).toEqual({ id: 'b', index: null })
  expect(afterRemovalFrom(['a'], 'a')).toBeNull()
  expect(afterRemovalFrom(order, 'x')).toBeNull()
})
