import type { Model } from '../../../graphql/store/generation'
import { type Settings, snapToRange } from '../../generations/settings'
import { asNumber, type RecalledSettings, withoutNulls } from './recalledSettings'

/** Match ` --flag value`. The value is optional and extends to the next flag. */
const FLAG = /\s--([a-z]+)(?:\s+((?:(?!\s--[a-z]).)*))?/gis

/** Compute the size with this aspect ratio and the model's default area. */
function sizeFor(ratio: string, model: Model): { width: number; height: number } | null {
  const [, across, down] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(ratio) ?? []
  const shape = Number(across) / Number(down)
  if (!Number.isFinite(shape) || shape <= 0) return null
  const area = model.defaults.width * model.defaults.height
  return {
    width: snapToRange(Math.sqrt(area * shape), model.limits.width),
    height: snapToRange(Math.sqrt(area / shape), model.limits.height),
  }
}

/**
 * Parse a prompt with Midjourney flags, such as `--ar 3:2 --no people --seed 7`. Returns null if the
 * text has no flags.
 */
export function readMidjourney(text: string, model: Model): RecalledSettings | null {
  const flags = [...` ${text.trim()}`.matchAll(FLAG)]
  if (flags.length === 0) return null
  const values = new Map(
    flags.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]),
  )
  const size = sizeFor(values.get('ar') ?? values.get('aspect') ?? '', model)
  const used = new Set(['no', 'seed', ...(size ? ['ar', 'aspect'] : [])])
  return {
    settings: withoutNulls<Settings>({
      prompt: ` ${text.trim()}`.replace(FLAG, '').trim(),
      negativePrompt: values.get('no') ?? null,
      model: null,
      width: size?.width ?? null,
      height: size?.height ?? null,
      steps: null,
      guidanceScale: null,
      seed: asNumber(values.get('seed')),
      count: null,
      style: null,
      parentId: null,
    }),
    ignored: [...values.keys()].filter((name) => !used.has(name)).map((name) => `--${name}`),
  }
}
