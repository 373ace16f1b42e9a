import { expect, test } from 'vitest'
import type { Model } from '../../../graphql/store/generation'
import { availableOperations, fitForm, missingIn, toEditInput } from './editForm'

const RANGE = { min: 128, max: 512, step: 8 }
const SOURCE = { width: 256, height: 256 }

function model(id: string, operations: Model['operations']): Model {
  return {
    id,
    operations,
    limits: { width: RANGE, height: RANGE, count: { min: 1, max: 4, step: 1 } },
    editDefaults: {
      imageToImageStrength: 0.75,
      inpaintStrength: 0.85,
      outpaintStrength: 1,
      inpaintFeather: 4,
      outpaintFeather: 16,
      subtleVariation: 0.5,
      strongVariation: 0.85,
    },
  } as Model
}

const TEXT_ONLY = model('text', ['TEXT_TO_IMAGE'])
const PAINTER = model('painter', ['TEXT_TO_IMAGE', 'INPAINT', 'OUTPAINT', 'IMAGE_TO_IMAGE'])
const SCALER = model('scaler', ['UPSCALE'])
const MODELS = [TEXT_ONLY, PAINTER, SCALER]

test('the switch offers what at least one model can do', () => {
  expect(availableOperations(MODELS)).toEqual(['INPAINT', 'OUTPAINT', 'IMAGE_TO_IMAGE', 'UPSCALE'])
  expect(availableOperations([SCALER])).toEqual(['UPSCALE'])
  expect(fitForm([TEXT_ONLY], SOURCE, {})).toBeNull()
})

test('a model that cannot do the operation is replaced', () => {
  expect(fitForm(MODELS, SOURCE, { model: 'text' })?.model.id).toBe('painter')
  expect(fitForm(MODELS, SOURCE, { operation: 'UPSCALE', model: 'painter' })?.model.id).toBe(
    'scaler',
  )
})

test.each([
  ['INPAINT', { prompt: 'a hat', count: 2, maskUploadId: 'mask', strength: 0.85, maskFeather: 4 }],
  [
    'OUTPAINT',
    {
      prompt: 'a hat',
      count: 2,
      strength: 1,
      maskFeather: 16,
      outpaint: { left: 0, top: 0, right: 64, bottom: 0 },
    },
  ],
  ['IMAGE_TO_IMAGE', { prompt: 'a hat', count: 2, strength: 0.75 }],
  ['UPSCALE', { prompt: '', count: 1, upscaleFactor: 4 }],
] as const)('the input of %s has its own fields only', (operation, fields) => {
  const fitted = fitForm(MODELS, SOURCE, {
    operation,
    prompt: ' a hat ',
    count: 2,
    upscaleFactor: 4,
    outpaint: { left: 0, top: 0, right: 64, bottom: 0 },
  })
  if (fitted === null) throw new Error('A model can do it.')
  const mask = operation === 'INPAINT' ? 'mask' : null
  const input = toEditInput(fitted.form, fitted.model, { sourceImageId: 'one/0' }, mask)
  const { model } = fitted.form
  expect(input).toEqual({ operation, model, sourceImageId: 'one/0', ...fields })
})

test('what is missing is named before anything is uploaded', () => {
  const fitted = fitForm(MODELS, SOURCE, { operation: 'INPAINT' })
  if (fitted === null) throw new Error('A model can do it.')
  const { form } = fitted
  expect(missingIn(form, true)).toBe('mask')
  expect(missingIn(form, false)).toBe('prompt')
  expect(missingIn({ ...form, prompt: 'a hat' }, false)).toBeNull()
  expect(missingIn({ ...form, operation: 'OUTPAINT', prompt: 'a hat' }, true)).toBe('outpaint')
  expect(missingIn({ ...form, operation: 'UPSCALE' }, true)).toBeNull()
})
