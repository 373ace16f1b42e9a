import type { Model } from '../../../../graphql/store/generation'
import { fitToModel, type Settings } from '../../../generations/settings'

export const model = {
  id: 'tiny',
  name: 'Tiny',
  styles: [{ id: 'flat', name: 'Flat' }],
  usesGuidance: true,
  limits: {
    width: { min: 128, max: 512, step: 8 },
    height: { min: 128, max: 512, step: 8 },
    maxPixels: null,
    steps: { min: 1, max: 100, step: 1 },
    guidanceScale: { min: 0, max: 20 },
    count: { min: 1, max: 4, step: 1 },
  },
  defaults: { width: 256, height: 256, steps: 20, guidanceScale: 2.5, count: 1 },
} as unknown as Model

/** A filled form. */
export const filled: Settings = fitToModel(model, {
  prompt: 'a red fox',
  negativePrompt: 'blurry',
  steps: 60,
  guidanceScale: 5,
  width: 128,
  height: 192,
  seed: 99,
  count: 3,
  style: 'flat',
  parentId: 'parent',
})
