import { expect, test } from 'vitest'
import { type GridDemand, type GridSupply, refusalsOf } from './gridLimits'

const SUPPLY: GridSupply = {
  imagesLeft: 12,
  unfinishedLimit: 10,
  unfinished: 4,
  promptCharacters: 100,
  maxPrompts: 1_000,
}
const DEMAND: GridDemand = { prompts: 6, images: 12, longestPrompt: 100 }

test('a grid that just fits is accepted', () => {
  expect(refusalsOf(DEMAND, SUPPLY)).toEqual([])
})

test.each([
  [{ prompts: 7 }, { reason: 'unfinished', limit: 10, unfinished: 4 }],
  [{ images: 13 }, { reason: 'quota', left: 12 }],
  [{ longestPrompt: 101 }, { reason: 'tooLong', limit: 100 }],
])('%j is refused', (change, refusal) => {
  expect(refusalsOf({ ...DEMAND, ...change }, SUPPLY)).toEqual([refusal])
})

test('without limits, only the number of prompts is limited', () => {
  const unlimited = { ...SUPPLY, imagesLeft: null, unfinishedLimit: null }
  const demand = { ...DEMAND, prompts: 1_000, images: 4_000 }
  expect(refusalsOf(demand, unlimited)).toEqual([])
  expect(refusalsOf({ ...demand, prompts: 1_001 }, unlimited)).toEqual([
    { reason: 'tooMany', limit: 1_000 },
  ])
})
