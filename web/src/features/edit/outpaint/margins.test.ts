import { expect, test } from 'vitest'
import type { Model } from '../../../graphql/store/generation'
import { fitMargins, hasMargins, maxMargin, NO_MARGINS, withMargin } from './margins'

function model(step: number, max: number): Model {
  const range = { min: 128, max, step }
  return { limits: { width: range, height: range } } as Model
}

const SMALL = { width: 256, height: 256 }

test('margins snap to the step of the model', () => {
  expect(withMargin(model(8, 512), SMALL, NO_MARGINS, 'left', 61).left).toBe(64)
  expect(withMargin(model(64, 1024), SMALL, NO_MARGINS, 'top', 90).top).toBe(64)
  expect(withMargin(model(64, 1024), SMALL, NO_MARGINS, 'top', -40).top).toBe(0)
})

test('opposite margins share what the model generates at most', () => {
  const margins = withMargin(model(8, 512), SMALL, NO_MARGINS, 'left', 200)
  expect(maxMargin(model(8, 512), SMALL, margins, 'right')).toBe(56)
  expect(withMargin(model(8, 512), SMALL, margins, 'right', 999).right).toBe(56)
  expect(maxMargin(model(8, 512), SMALL, margins, 'bottom')).toBe(256)
})

test('an image of the largest size of the model can be extended by half of it', () => {
  expect(maxMargin(model(8, 512), { width: 512, height: 512 }, NO_MARGINS, 'right')).toBe(256)
})

test('a result never exceeds the limits of the API', () => {
  const source = { width: 6000, height: 4000 }
  const margin = maxMargin(model(8, 1024), source, NO_MARGINS, 'right')
  expect((6000 + margin) * 4000).toBeLessThanOrEqual(25_000_000)
  expect(maxMargin(model(8, 1024), { width: 16_384, height: 8 }, NO_MARGINS, 'left')).toBe(0)
})

test('margins are fitted to another model', () => {
  const margins = { left: 200, top: 0, right: 50, bottom: 12 }
  expect(fitMargins(model(64, 512), SMALL, margins)).toEqual({
    left: 192,
    top: 0,
    right: 64,
    bottom: 0,
  })
  expect(hasMargins(NO_MARGINS)).toBe(false)
})
