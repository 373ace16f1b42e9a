import type { TFunction } from 'i18next'
import type { GeneratedImage, Generation, Model } from '../../graphql/store/generation'
import { formatLocale } from '../../i18n/formatLocale'
import type { Settings } from '../generations/settings'

/** One property of an image. */
export interface Fact {
  label: string
  value: string
  /** The values of the form that this fact sets. Undefined if the form has no such field. */
  use?: Partial<Settings>
}

function secondsOf({ startedAt, finishedAt }: Generation): string | null {
  if (startedAt == null || finishedAt == null) return null
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1)
}

/** List the properties of an image, without its prompts. */
export function factsOf(
  generation: Generation,
  image: GeneratedImage | undefined,
  model: Model | undefined,
  {
    t,
    translate,
    language,
  }: { t: TFunction; translate: (text: string) => string; language: string },
): Fact[] {
  const style = model?.styles.find((candidate) => candidate.id === generation.style)
  const { width, height } = image ?? generation
  const seed = image?.seed ?? generation.seed
  const { steps, guidanceScale } = generation
  const seconds = secondsOf(generation)
  const numbers = new Intl.NumberFormat(formatLocale(language))
  const facts: (Fact | null)[] = [
    {
      label: t('image.model'),
      value: model ? translate(model.name) : generation.model,
      // A model that is no longer offered cannot be used.
      ...(model ? { use: { model: model.id } } : {}),
    },
    generation.style
      ? {
          label: t('image.style'),
          value: style ? translate(style.name) : generation.style,
          ...(style ? { use: { style: style.id } } : {}),
        }
      : null,
    { label: t('image.size'), value: `${width} × ${height}`, use: { width, height } },
    { label: t('image.steps'), value: String(steps), use: { steps } },
    { label: t('image.guidance'), value: String(guidanceScale), use: { guidanceScale } },
    { label: t('image.seed'), value: String(seed), use: { seed } },
    {
      label: t('image.created'),
      value: new Date(generation.createdAt).toLocaleString(formatLocale(language)),
    },
    seconds === null
      ? null
      : { label: t('image.duration'), value: t('image.seconds', { seconds }) },
    image
      ? {
          label: t('image.file'),
          value: `${image.contentType}, ${numbers.format(Math.ceil(image.bytes / 1024))} kB`,
        }
      : null,
    generation.estimatedCost > 0
      ? { label: t('image.cost'), value: `$${generation.estimatedCost.toFixed(4)}` }
      : null,
  ]
  return facts.filter((fact) => fact !== null)
}
