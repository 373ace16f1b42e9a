import type { Model } from '../../../../graphql/store/generation'
import { type Settings, snapToRange } from '../../../generations/settings'
import type { RecalledSettings } from '../recalledSettings'
import { asSeed } from '../values'
import { type Flag, findFlags } from './midjourneyFlags'

/** Largest difference between the requested and the possible aspect ratio, as a logarithm. */
const MAX_DISTORTION = 0.15

/** Compute the size with this aspect ratio and the model's default area. */
function sizeFor(ratio: string, model: Model): { width: number; height: number } | null {
  const [across, down] = ratio.split(':').map(Number)
  const shape = Number(across) / Number(down)
  if (!Number.isFinite(shape) || shape <= 0) return null
  const area = model.defaults.width * model.defaults.height
  const width = snapToRange(Math.sqrt(area * shape), model.limits.width)
  const height = snapToRange(Math.sqrt(area / shape), model.limits.height)
  return Math.abs(Math.log(width / height / shape)) > MAX_DISTORTION ? null : { width, height }
}

/** Remove the flags, together with the spaces before them. */
function withoutFlags(text: string, flags: readonly Flag[]): string {
  let rest = ''
  let at = 0
  for (const { start, end } of flags) {
    rest += text.slice(at, start).replace(/[ \t]+$/, '')
    at = end
  }
  rest = (rest + text.slice(at)).trimEnd()
  return flags[0]?.start === text.search(/\S/) ? rest.trimStart() : rest
}

/**
 * Parse a prompt with Midjourney flags, such as `--ar 3:2 --no people --seed 7`. Returns the text
 * without the flags as the prompt, if there is any. Returns null if the text has no flags.
 */
export function readMidjourney(text: string, model: Model): RecalledSettings | null {
  const flags = findFlags(text)
  if (flags.length === 0) return null
  const settings: Partial<Settings> = {}
  const prompt = withoutFlags(text, flags)
  if (prompt.trim() !== '') settings.prompt = prompt
  const exclusions: string[] = []
  const ignored: string[] = []
  let largeSeed: string | undefined
  for (const { name, value } of flags) {
    const size = name === 'ar' || name === 'aspect' ? sizeFor(value, model) : null
    const seed = name === 'seed' ? asSeed(value) : undefined
    if (name === 'no') exclusions.push(value)
    else if (size) Object.assign(settings, size)
    else if (seed) {
      settings.seed = seed.seed
      largeSeed = seed.largeSeed
    } else ignored.push(value === '' ? `--${name}` : `--${name} ${value}`)
  }
  if (exclusions.length > 0) settings.negativePrompt = exclusions.join(', ')
  return { settings, ...(largeSeed === undefined ? {} : { largeSeed }), ignored }
}
