import type { GenerateImageInput, GenerationOperation } from '../../../graphql/generated/operations'
import type { Model } from '../../../graphql/store/generation'
import { snapToRange } from '../../generations/settings'
import type { Size } from '../canvas/viewport'
import { fitMargins, hasMargins, type Margins, NO_MARGINS } from '../outpaint/margins'

/** What can be done with a source, in the order of the switch. */
export const EDIT_OPERATIONS = ['INPAINT', 'OUTPAINT', 'IMAGE_TO_IMAGE', 'UPSCALE'] as const
export type EditOperation = (typeof EDIT_OPERATIONS)[number] & GenerationOperation

export const UPSCALE_FACTORS = [2, 4] as const
export const MAX_FEATHER = 64

/** The values of the panel. */
export interface EditForm {
  operation: EditOperation
  prompt: string
  model: string
  /** Null for the model's default of the operation. */
  strength: number | null
  maskFeather: number | null
  outpaint: Margins
  upscaleFactor: number
  count: number
}

/** The IDs that name the source in the API. */
export type SourceIds = { sourceImageId: string } | { sourceUploadId: string }

/** List the operations that at least one of the models can do. */
export function availableOperations(models: readonly Model[]): EditOperation[] {
  return EDIT_OPERATIONS.filter((operation) => modelsFor(operation, models).length > 0)
}

export function modelsFor(operation: EditOperation, models: readonly Model[]): Model[] {
  return models.filter((model) => model.operations.includes(operation))
}

/** Adjust the form to the models: the operation, the model and the values must be possible. */
export function fitForm(
  models: readonly Model[],
  source: Size,
  requested: Partial<EditForm>,
): { form: EditForm; model: Model } | null {
  const operations = availableOperations(models)
  const operation = operations.find((each) => each === requested.operation) ?? operations[0]
  if (operation === undefined) return null
  const able = modelsFor(operation, models)
  const model = able.find(({ id }) => id === requested.model) ?? able[0]
  if (model === undefined) return null
  const form: EditForm = {
    operation,
    prompt: requested.prompt ?? '',
    model: model.id,
    strength: requested.strength ?? null,
    maskFeather: requested.maskFeather ?? null,
    outpaint: fitMargins(model, source, requested.outpaint ?? NO_MARGINS),
    upscaleFactor: requested.upscaleFactor ?? 2,
    count: snapToRange(requested.count ?? 1, model.limits.count),
  }
  return { form, model }
}

/** Return the strength that applies, or null if the operation has none. */
export function strengthOf({ operation, strength }: EditForm, model: Model): number | null {
  const { imageToImageStrength, inpaintStrength, outpaintStrength } = model.editDefaults
  if (operation === 'UPSCALE') return null
  if (operation === 'INPAINT') return strength ?? inpaintStrength
  return strength ?? (operation === 'OUTPAINT' ? outpaintStrength : imageToImageStrength)
}

/** Return the feather that applies, or null if the operation has no mask. */
export function featherOf({ operation, maskFeather }: EditForm, model: Model): number | null {
  if (operation === 'INPAINT') return maskFeather ?? model.editDefaults.inpaintFeather
  if (operation === 'OUTPAINT') return maskFeather ?? model.editDefaults.outpaintFeather
  return null
}

/** What is missing before the request can be sent. */
export type Missing = 'prompt' | 'mask' | 'outpaint'

export function missingIn(form: EditForm, maskIsEmpty: boolean): Missing | null {
  if (form.operation === 'INPAINT' && maskIsEmpty) return 'mask'
  if (form.operation === 'OUTPAINT' && !hasMargins(form.outpaint)) return 'outpaint'
  if (form.operation !== 'UPSCALE' && form.prompt.trim() === '') return 'prompt'
  return null
}

/** Convert to the API's input. Leaves out the fields that the operation does not have. */
export function toEditInput(
  form: EditForm,
  model: Model,
  source: SourceIds,
  maskUploadId: string | null,
): Omit<GenerateImageInput, 'clientRequestId'> {
  const strength = strengthOf(form, model)
  const maskFeather = featherOf(form, model)
  return {
    operation: form.operation,
    model: form.model,
    // An empty prompt of UPSCALE means that of the source.
    prompt: form.operation === 'UPSCALE' ? '' : form.prompt.trim(),
    count: form.operation === 'UPSCALE' ? 1 : form.count,
    ...source,
    ...(maskUploadId === null ? {} : { maskUploadId }),
    ...(strength === null ? {} : { strength }),
    ...(maskFeather === null ? {} : { maskFeather }),
    ...(form.operation === 'OUTPAINT' ? { outpaint: form.outpaint } : {}),
    ...(form.operation === 'UPSCALE' ? { upscaleFactor: form.upscaleFactor } : {}),
  }
}
