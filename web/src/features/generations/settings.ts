import type { GenerateImageInput } from '../../graphql/generated/operations'
import type { Generation, Model } from '../../graphql/store/generation'

/** What the form holds. A null seed is drawn anew by the server for each request. */
export interface Settings {
  prompt: string
  negativePrompt: string
  model: string
  width: number
  height: number
  steps: number
  guidanceScale: number
  seed: number | null
  count: number
  style: string | null
  parentId: string | null
}

export const MAX_SEED = 2 ** 31 - 1

export function randomSeed(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) & MAX_SEED
}

interface Range {
  min: number
  max: number
  step?: number
}

/** The snapToRange number that a model accepts. */
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

/** The same wishes for a model: what it does not know or accept is moved to what it does. */
export function fitToModel(model: Model, wanted: Partial<Settings>): Settings {
  const { limits } = model
  const merged = { ...defaultsOf(model), ...wanted, model: model.id }
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

/** Another model: the words stay, the numbers become its own. */
export function switchModel(model: Model, current: Settings): Settings {
  const { prompt, negativePrompt, seed, count, style, parentId } = current
  return fitToModel(model, { prompt, negativePrompt, seed, count, style, parentId })
}

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

/** Shapes of about the area the model is at its best with, as far as it draws them. */
export function sizeOptions(model: Model): Size[] {
  const { limits, defaults } = model
  const area = Math.min(defaults.width * defaults.height, limits.maxPixels ?? Infinity)
  const sizes = RATIOS.map(([across, down]) => ({
    ratio: `${across}:${down}`,
    width: snapToRange(Math.sqrt((area * across) / down), limits.width),
    height: snapToRange(Math.sqrt((area * down) / across), limits.height),
  }))
  const known = new Set<string>()
  return sizes.filter(({ ratio, width, height }) => {
    const [across = 1, down = 1] = ratio.split(':').map(Number)
    const same = `${width}×${height}`
    const bent = Math.abs(Math.log((width / height) * (down / across))) > 0.08
    const tooMany = limits.maxPixels != null && width * height > limits.maxPixels
    if (bent || tooMany || known.has(same)) return false
    known.add(same)
    return true
  })
}
