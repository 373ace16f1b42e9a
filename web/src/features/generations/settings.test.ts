import { describe, expect, test } from 'vitest'
import type { Model } from '../../graphql/store/generation'
import { fitToModel, sizeOptions, snapToRange, switchModel, toGenerateInput } from './settings'

const model = {
  id: 'tiny',
  styles: [{ id: 'flat', name: 'Flat' }],
  limits: {
    promptCharacters: 100,
    width: { min: 128, max: 512, step: 8 },
    height: { min: 128, max: 512, step: 8 },
    maxPixels: null,
    steps: { min: 1, max: 100, step: 1 },
    guidanceScale: { min: 0, max: 20 },
    count: { min: 1, max: 4, step: 1 },
  },
  defaults: { width: 256, height: 256, steps: 20, guidanceScale: 2.5, count: 1 },
} as unknown as Model

describe('snapToRange', () => {
  test.each([
    [130, 128],
    [133, 136],
    [1, 128],
    [9999, 512],
  ])('%i becomes %i', (value, expected) => {
    expect(snapToRange(value, model.limits.width)).toBe(expected)
  })
})

test('fitToModel adjusts values to the limits', () => {
  const settings = fitToModel(model, { prompt: 'x', width: 1000, steps: 500, style: 'unknown' })
  expect(settings).toMatchObject({ width: 512, height: 256, steps: 100, style: null, prompt: 'x' })
})

test('switchModel keeps prompt and seed and takes the defaults of the model', () => {
  const before = fitToModel(model, { prompt: 'x', steps: 50, seed: 3 })
  const other = { ...model, id: 'other', defaults: { ...model.defaults, steps: 30 } }
  expect(switchModel(other, before)).toMatchObject({
    model: 'other',
    prompt: 'x',
    steps: 30,
    seed: 3,
  })
})

test('toGenerateInput leaves out empty values', () => {
  const input = toGenerateInput(fitToModel(model, { prompt: ' x ' }))
  expect(input).toEqual({
    prompt: 'x',
    model: 'tiny',
    width: 256,
    height: 256,
    steps: 20,
    guidanceScale: 2.5,
    count: 1,
  })
})

describe('sizeOptions', () => {
  test('returns sizes with about the default area that the model accepts', () => {
    for (const { width, height } of sizeOptions(model)) {
      expect(width % 8).toBe(0)
      expect(height % 8).toBe(0)
      expect(width * height).toBeGreaterThan(256 * 256 * 0.9)
      expect(width * height).toBeLessThan(256 * 256 * 1.1)
    }
  })

  test('leaves out aspect ratios outside the limits', () => {
    const only = { min: 256, max: 256, step: 8 }
    const square = { ...model, limits: { ...model.limits, width: only, height: only } }
    expect(sizeOptions(square).map((size) => size.ratio)).toEqual(['1:1'])
  })
})
