import type { GeneratedImage, Generation } from '../../graphql/store/generation'

/** The settings that are compared, with the keys of their labels. */
const LABELS = {
  model: 'image.model',
  style: 'image.style',
  operation: 'compare.operation',
  size: 'image.size',
  steps: 'image.steps',
  guidanceScale: 'image.guidance',
  seed: 'image.seed',
  strength: 'compare.strength',
} as const
export type ComparedSetting = keyof typeof LABELS

export interface Difference {
  setting: ComparedSetting
  label: (typeof LABELS)[ComparedSetting]
  /** Null if the setting does not apply to the image. */
  left: string | null
  right: string | null
}

export interface ComparedImage {
  generation: Generation
  image: GeneratedImage
}

function settingsOf({ generation, image }: ComparedImage): Record<ComparedSetting, string | null> {
  const { model, style, operation, steps, guidanceScale, strength } = generation
  return {
    model,
    style: style ?? null,
    operation,
    size: `${image.width} × ${image.height}`,
    steps: String(steps),
    guidanceScale: String(guidanceScale),
    seed: String(image.seed),
    strength: strength == null ? null : String(strength),
  }
}

/** List the settings, except the prompts, in which two images differ. */
export function differences(left: ComparedImage, right: ComparedImage): Difference[] {
  const [before, after] = [settingsOf(left), settingsOf(right)]
  return (Object.keys(LABELS) as ComparedSetting[])
    .filter((setting) => before[setting] !== after[setting])
    .map((setting) => ({
      setting,
      label: LABELS[setting],
      left: before[setting],
      right: after[setting],
    }))
}
