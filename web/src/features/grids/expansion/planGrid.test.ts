import { expect, test } from 'vitest'
import { planGrid } from './planGrid'

test('a plain prompt is one cell', () => {
  expect(planGrid(' a red apple ', false)).toEqual({
    count: 1,
    prompts: ['a red apple'],
    rows: [''],
    columns: [''],
  })
})

test('one group makes columns', () => {
  const plan = planGrid('a {red|blue} apple', false)
  expect(plan).toMatchObject({ count: 2, rows: [''], columns: ['red', 'blue'] })
})

test('of two groups, the first makes rows', () => {
  expect(planGrid('a {red|blue} {apple|car|hat}', false)).toMatchObject({
    count: 6,
    rows: ['red', 'blue'],
    columns: ['apple', 'car', 'hat'],
    prompts: ['a red apple', 'a red car', 'a red hat', 'a blue apple', 'a blue car', 'a blue hat'],
  })
})

test('of three groups, the first two make rows', () => {
  const plan = planGrid('{a|b} {c|d} {e|f}', false)
  expect(plan).toMatchObject({ count: 8, rows: ['a · c', 'a · d', 'b · c', 'b · d'] })
  expect(plan.prompts[2]).toBe('a d e')
})

test('lines are one prompt unless asked for', () => {
  const text = 'a red apple\n\n a {blue|green} car \n'
  expect(planGrid('a red apple\nin the snow', false).count).toBe(1)
  const plan = planGrid(text, true)
  expect(plan.prompts).toEqual(['a red apple', 'a blue car', 'a green car'])
  expect(plan.rows).toEqual(plan.prompts)
  expect(plan.columns).toEqual([''])
})

test('equal lines are one prompt', () => {
  expect(planGrid('an apple\nan apple', true).prompts).toEqual(['an apple'])
})

test('too many prompts are counted but not listed', () => {
  expect(planGrid('{a|b}'.repeat(30), false)).toEqual({
    count: 2 ** 30,
    prompts: [],
    rows: [],
    columns: [],
  })
  expect(planGrid(`${'{a|b}'.repeat(30)}\nc`, true)).toMatchObject({
    count: 2 ** 30 + 1,
    prompts: [],
  })
})
