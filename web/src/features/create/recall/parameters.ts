import type { Settings } from '../../generations/settings'
import { asNumber, type RecalledSettings, withoutNulls } from './recalledSettings'

/** Values that contain a comma, colon or line break are quoted as JSON strings. */
const FIELD = /\s*([\w ./+-]+?):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g
const MIN_FIELDS = 3
const KNOWN = new Set(['Steps', 'CFG scale', 'Seed', 'Size', 'Model', 'Style', 'Version'])

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.trim()
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

function fieldsOf(line: string): Map<string, string> {
  return new Map(
    [...line.matchAll(FIELD)].map(([, name = '', value = '']) => [name, unquote(value)]),
  )
}

/**
 * Parse the `parameters` text of AUTOMATIC1111's web UI and compatible tools: the prompt, then
 * `Negative prompt: …`, then one line of `Name: value` pairs. Returns null for any other text.
 */
export function readParameters(text: string): RecalledSettings | null {
  const lines = text.trim().split('\n')
  const last = fieldsOf(lines.at(-1) ?? '')
  const fields = last.size >= MIN_FIELDS || last.has('Steps') ? last : new Map<string, string>()
  if (fields.size > 0) lines.pop()
  const negativeAt = lines.findIndex((line) => line.startsWith('Negative prompt:'))
  if (fields.size === 0 && negativeAt === -1) return null
  const promptLines = negativeAt === -1 ? lines : lines.slice(0, negativeAt)
  const negativeLines = negativeAt === -1 ? [] : lines.slice(negativeAt)
  const [, width, height] = /^(\d+)x(\d+)$/.exec(fields.get('Size') ?? '') ?? []
  return {
    settings: withoutNulls<Settings>({
      prompt: promptLines.join('\n').trim(),
      negativePrompt: negativeLines.join('\n').replace('Negative prompt:', '').trim(),
      model: fields.get('Model') ?? null,
      width: asNumber(width),
      height: asNumber(height),
      steps: asNumber(fields.get('Steps')),
      guidanceScale: asNumber(fields.get('CFG scale')),
      seed: asNumber(fields.get('Seed')),
      count: null,
      style: fields.get('Style') ?? null,
      parentId: null,
    }),
    ignored: [...fields.keys()].filter((name) => !KNOWN.has(name)),
  }
}
