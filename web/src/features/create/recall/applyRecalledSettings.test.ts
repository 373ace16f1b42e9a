import { describe, expect, test } from 'vitest'
import type { Model } from '../../../graphql/store/generation'
import { applyRecalledSettings } from './applyRecalledSettings'
import { filled, model } from './testing/model'
import { readMidjourney } from './text/midjourney'
import { readParameters } from './text/parameters'

test('adjusts values that no available model supports, and lists them', () => {
  const recalled = {
    settings: { prompt: 'x', model: 'sdxl', width: 1024, height: 512, steps: 120, style: 'noir' },
    ignored: ['Sampler'],
  }
  const { settings, ignored, changes } = applyRecalledSettings(recalled, [model], filled)
  expect(settings).toMatchObject({
    model: 'tiny',
    width: 512,
    height: 256,
    steps: 100,
    style: null,
  })
  expect(ignored).toEqual(['Sampler'])
  expect(changes).toEqual([
    { field: 'model', from: 'sdxl', to: null },
    { field: 'size', from: '1024 × 512', to: '512 × 256' },
    { field: 'steps', from: '120', to: '100' },
    { field: 'style', from: 'noir', to: null },
  ])
})

describe('what was not named keeps its value', () => {
  test.each([
    ['a wooden boat --ar 3:2', ['prompt', 'width', 'height']],
    ['--seed 5', ['seed']],
    ['a boat\nNegative prompt: fog', ['prompt', 'negativePrompt']],
    ['a boat\nSteps: 24, Seed: 7', ['prompt', 'steps', 'seed']],
    ['Steps: 24, CFG scale: 3', ['steps', 'guidanceScale']],
  ])('%j', (text, named) => {
    const recalled = readParameters(text) ?? readMidjourney(text, model)
    if (recalled === null) throw new Error('The text must contain settings.')
    const { settings, changes } = applyRecalledSettings(recalled, [model], filled)
    for (const [name, value] of Object.entries(settings)) {
      const before = filled[name as keyof typeof filled]
      if (named.includes(name)) expect(value, name).not.toEqual(before)
      else expect(value, name).toEqual(before)
    }
    expect(changes).toEqual([])
  })
})

describe('sizes', () => {
  const limited = { ...model, limits: { ...model.limits, maxPixels: 40_000 } } as Model
  const sides = [1, 100, 128, 250, 333, 512, 513, 768, 1024, 1536, 4096]
  const cases = sides.flatMap((width) => sides.map((height) => [width, height] as const))
  test.each(cases)('%i × %i fits the limits', (width, height) => {
    for (const each of [model, limited]) {
      const recalled = { settings: { width, height }, ignored: [] }
      const { settings, changes } = applyRecalledSettings(recalled, [each], filled)
      expect(settings.width % 8).toBe(0)
      expect(settings.height % 8).toBe(0)
      for (const side of [settings.width, settings.height]) {
        expect(side).toBeGreaterThanOrEqual(128)
        expect(side).toBeLessThanOrEqual(512)
      }
      expect(settings.width * settings.height).toBeLessThanOrEqual(
        each.limits.maxPixels ?? Infinity,
      )
      const isSame = settings.width === width && settings.height === height
      expect(changes.map(({ field }) => field)).toEqual(isSame ? [] : ['size'])
    }
  })

  test.each([
    [1024, 1024, 512, 512],
    [1024, 512, 512, 256],
    [1536, 1024, 512, 344],
    [250, 333, 248, 336],
    [64, 96, 128, 192],
  ])('%i × %i keeps its aspect ratio', (width, height, fittedWidth, fittedHeight) => {
    const recalled = { settings: { width, height }, ignored: [] }
    const { settings } = applyRecalledSettings(recalled, [model], filled)
    expect([settings.width, settings.height]).toEqual([fittedWidth, fittedHeight])
  })

  test('fits the number of pixels', () => {
    const sd21 = {
      ...model,
      limits: {
        ...model.limits,
        width: { min: 256, max: 1024, step: 8 },
        height: { min: 256, max: 1024, step: 8 },
        maxPixels: 589_824,
      },
    } as Model
    const recalled = { settings: { width: 1024, height: 1024 }, ignored: [] }
    const { changes } = applyRecalledSettings(recalled, [sd21], filled)
    expect(changes).toContainEqual({ field: 'size', from: '1024 × 1024', to: '768 × 768' })
  })
})

test('names a mapped seed', () => {
  const recalled = { settings: { seed: 1550652014 }, largeSeed: '3698135662', ignored: [] }
  const { settings, changes } = applyRecalledSettings(recalled, [model], filled)
  expect(settings.seed).toBe(1550652014)
  expect(changes).toEqual([{ field: 'seed', from: '3698135662', to: '1550652014' }])
})

test('names values that the model does not use', () => {
  const unguided = { ...model, usesGuidance: false } as Model
  const recalled = { settings: { negativePrompt: 'fog', guidanceScale: 7 }, ignored: [] }
  const { changes } = applyRecalledSettings(recalled, [unguided], filled)
  expect(changes.map(({ field }) => field)).toEqual(['negativePrompt', 'guidance'])
})

test('selects a named model and keeps the other values', () => {
  const other = { ...model, id: 'other', name: 'Other' } as Model
  const recalled = { settings: { model: 'Other', seed: 5 }, ignored: [] }
  const { settings, changes } = applyRecalledSettings(recalled, [model, other], filled)
  expect(settings).toEqual({ ...filled, model: 'other', seed: 5 })
  expect(changes).toEqual([])
})
