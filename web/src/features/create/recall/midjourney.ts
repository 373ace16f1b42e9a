import type { Model } from '../../../graphql/generation'
import { nearest, type Settings } from '../settings'
import { asNumber, found, type Recalled } from './recalled'

/** ` --flag value`, where a value may be missing and runs to the next flag. */
const FLAG = /\s--([a-z]+)(?:\s+((?:(?!\s--[a-z]).)*))?/gis

/** The size of this shape with the area the model is at its best with. */
function sizeFor(ratio: string, model: Model): { width: number; height: number } | null {
  const [, across, down] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(ratio) ?? []
  const shape = Number(across) / Number(down)
  if (!Number.isFinite(shape) || shape <= 0) return null
  const area = model.defaults.width * model.defaults.height
  return {
    width: nearest(Math.sqrt(area * shape), model.limits.width),
    height: nearest(Math.sqrt(area / shape), model.limits.height),
  }
}

/** A prompt with Midjourney's flags (`--ar 3:2 --no people --seed 7`); null when it has none. */
export function readMidjourney(text: string, model: Model): Recalled | null {
  const flags = [...` ${text.trim()}`.matchAll(FLAG)]
  if (flags.length === 0) return null
  const values = new Map(
    flags.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]),
  )
  const size = sizeFor(values.get('ar') ?? values.get('aspect') ?? '', model)
  const used = new Set(['no', 'seed', ...(size ? ['ar', 'aspect'] : [])])
  return {
    settings: found<Settings>({
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
