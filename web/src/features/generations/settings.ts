import type { GenerateImageInput } from '../../graphql/generated/operations'
import type { Generation, Model } from '../../graphql/store/generation'

/** The values of the form. */
export interface Settings {
  prompt: string
  negativePrompt: string
  model: string
  width: number
  height: number
  steps: number
  guidanceScale: number
  /** Null for a random seed, which the server chooses. */
  seed: number | null
  count: number
  style: string | null
  parentId: string | null
}

interface Range {
  min: number
  max: number
  step?: number
}

/** Return the nearest value in the range that is a multiple of `step` above `min`. */
export function snapToRange(value: number, { min, max, step }: Range): number {
  const stepped = step ? min + Math.round((value - min) / step) * step : value
  const highest = step ? min + Math.floor((max - min) / step) * step : max
  return Math.min(highest, Math.max(min, stepped))
}

function defaultsOf(model: Model): Settings {
  const { width, height, steps, guidanceScale, count } = model.defaults
  return {
    prompt: '',
    negativePrompt: '',
    model: model.id,
    width,
    height,
    steps,
    guidanceScale,
    seed: null,
    count,
    style: null,
    parentId: null,
  }
}

/** Fill in the model's defaults, and adjust all values to its limits. */
export function fitToModel(model: Model, requested: Partial<Settings>): Settings {
  const { limits } = model
  const merged = { ...defaultsOf(model), ...requested, model: model.id }
  return {
    ...merged,
    width: snapToRange(merged.width, limits.width),
    height: snapToRange(merged.height, limits.height),
    steps: snapToRange(merged.steps, limits.steps),
    guidanceScale: snapToRange(merged.guidanceScale, limits.guidanceScale),
    count: snapToRange(merged.count, limits.count),
    style: model.styles.some((style) => style.id === merged.style) ? merged.style : null,
  }
}

/**
 * Return the size that is closest to a requested one within the model's limits, including its number
 * of pixels. Keeps the aspect ratio where the limits allow it.
 */
export function fitSize(
  { limits }: Model,
  requested: { width: number; height: number },
): { width: number; height: number } {
  const { width, height, maxPixels } = limits
  const pixels = requested.width * requested.height
  const shrink = Math.min(
    1,
    width.max / requested.width,
    height.max / requested.height,
    maxPixels == null ? 1 : Math.sqrt(maxPixels / pixels),
  )
  const grow = Math.max(1, width.min / requested.width, height.min / requested.height)
  const scale = shrink < 1 ? shrink : grow
  const size = {
    width: snapToRange(requested.width * scale, width),
    height: snapToRange(requested.height * scale, height),
  }
  // Rounding to the step may exceed the number of pixels again.
  while (maxPixels != null && size.width * size.height > maxPixels) {
    const side = size.width >= size.height ? 'width' : 'height'
    const range = limits[side]
    const smaller = snapToRange(size[side] - range.step, range)
    if (smaller === size[side]) break
    size[side] = smaller
  }
  return size
}

/** Switch to another model. Keeps prompts, seed, count and style; takes other values from the model. */
export function switchModel(model: Model, current: Settings): Settings {
  const { prompt, negativePrompt, seed, count, style, parentId } = current
  return fitToModel(model, { prompt, negativePrompt, seed, count, style, parentId })
}

/** Return the settings of a generation, with the generation as the parent. */
export function settingsFromGeneration(generation: Generation): Settings {
  const { id, prompt, negativePrompt, model, width, height } = generation
  const { steps, guidanceScale, seed, count, style } = generation
  return {
    prompt,
    negativePrompt,
    model,
    width,
    height,
    steps,
    guidanceScale,
    seed,
    count,
    style: style ?? null,
    parentId: id,
  }
}

/** Convert to the API's input. Leaves out empty and null values. */
export function toGenerateInput(settings: Settings): Omit<GenerateImageInput, 'clientRequestId'> {
  const { negativePrompt, seed, style, parentId, prompt, ...numbers } = settings
  return {
    ...numbers,
    prompt: prompt.trim(),
    ...(negativePrompt.trim() === '' ? {} : { negativePrompt: negativePrompt.trim() }),
    ...(seed === null ? {} : { seed }),
    ...(style === null ? {} : { style }),
    ...(parentId === null ? {} : { parentId }),
  }
}

export interface Size {
  ratio: string
  width: number
  height: number
}

const RATIOS = [
  [1, 1],
  [4, 3],
  [3, 4],
  [3, 2],
  [2, 3],
  [16, 9],
  [9, 16],
] as const

/** List sizes for common aspect ratios with about the model's default area, within its limits. */
export function sizeOptions(model: Model): Size[] {
  const { limits, defaults } = model
  const area = Math.min(defaults.width * defaults.height, limits.maxPixels ?? Infinity)
  const sizes = RATIOS.map(([ratioWidth, ratioHeight]) => ({
    ratio: `${ratioWidth}:${ratioHeight}`,
    width: snapToRange(Math.sqrt((area * ratioWidth) / ratioHeight), limits.width),
    height: snapToRange(Math.sqrt((area * ratioHeight) / ratioWidth), limits.height),
  }))
  const seen = new Set<string>()
  return sizes.filter(({ ratio, width, height }) => {
    const [ratioWidth = 1, ratioHeight = 1] = ratio.split(':').map(Number)
    const size = `${width}×${height}`
    const isDistorted = Math.abs(Math.log((width / height) * (ratioHeight / ratioWidth))) > 0.08
    const exceedsMaxPixels = limits.maxPixels != null && width * height > limits.maxPixels
    if (isDistorted || exceedsMaxPixels || seen.has(size)) return false
    seen.add(size)
    return true
  })
}
