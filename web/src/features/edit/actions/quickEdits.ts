import type { GenerateImageInput } from '../../../graphql/generated/operations'
import type { GeneratedImage, Generation, Model } from '../../../graphql/store/generation'
import { modelsFor } from '../panel/editForm'

type Input = Omit<GenerateImageInput, 'clientRequestId'>

export type Variation = 'subtle' | 'strong'

/** Return the model that edits a generation: its own if possible. Undefined if no model can do it. */
function modelFor(
  operation: 'IMAGE_TO_IMAGE' | 'UPSCALE',
  models: readonly Model[],
  generation: Generation,
): Model | undefined {
  const able = modelsFor(operation, models)
  return able.find(({ id }) => id === generation.model) ?? able[0]
}

/** Build the request for a variation: the settings of the image with a new seed. */
export function variationInput(
  generation: Generation,
  image: GeneratedImage,
  models: readonly Model[],
  variation: Variation,
): Input | null {
  const model = modelFor('IMAGE_TO_IMAGE', models, generation)
  if (model === undefined) return null
  const { subtleVariation, strongVariation } = model.editDefaults
  const { prompt, negativePrompt, steps, guidanceScale, style } = generation
  const isOwn = model.id === generation.model
  return {
    operation: 'IMAGE_TO_IMAGE',
    sourceImageId: image.id,
    model: model.id,
    prompt,
    strength: variation === 'subtle' ? subtleVariation : strongVariation,
    ...(negativePrompt === '' ? {} : { negativePrompt }),
    // Another model has other limits and styles.
    ...(isOwn ? { steps, guidanceScale } : {}),
    ...(isOwn && style ? { style } : {}),
  }
}

/** Build the request for an enlarged copy. An empty prompt means that of the source. */
export function upscaleInput(
  generation: Generation,
  image: GeneratedImage,
  models: readonly Model[],
  upscaleFactor: number,
): Input | null {
  const model = modelFor('UPSCALE', models, generation)
  if (model === undefined) return null
  return {
    operation: 'UPSCALE',
    sourceImageId: image.id,
    model: model.id,
    prompt: '',
    upscaleFactor,
  }
}
