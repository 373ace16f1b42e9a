import { FieldReader } from '../fieldReader'
import { asNumber } from '../values'
import type { Format } from './format'
import { asObject, fieldsOf, type Json, parseObject } from './json'

/** The command-line options of the `Dream` chunk, by the field that `sd-metadata` uses. */
const OPTIONS = new Map([
  ['s', 'steps'],
  ['S', 'seed'],
  ['W', 'width'],
  ['H', 'height'],
  ['C', 'cfg_scale'],
  ['A', 'sampler'],
])

/**
 * InvokeAI before version 3: the chunks `sd-metadata` and `Dream`. Fields: `ldm/invoke/args.py` in
 * version 2.3 of that project. Exclusions are in the prompt, in square brackets.
 */
export const invokeAi2Format: Format = {
  program: 'InvokeAI',
  carries: (texts) => texts.has('sd-metadata') || texts.has('Dream'),
  read: (texts) => {
    const metadata = parseObject(texts.get('sd-metadata'))
    const image = asObject(metadata?.image) ?? readCommand(texts.get('Dream') ?? '')
    const prompt = image && promptText(image.prompt)
    if (!prompt) return null
    const exclusions = [...prompt.matchAll(/\[([^[\]]*)\]/g)].map(([, text = '']) => text.trim())
    const reader = new FieldReader(fieldsOf(image))
    reader.set({ prompt: prompt.replace(/\s*\[[^[\]]*\]/g, '').trim() }, 'prompt')
    if (exclusions.length > 0) reader.set({ negativePrompt: exclusions.join(', ') })
    return reader
      .number('width', 'width')
      .number('height', 'height')
      .number('steps', 'steps')
      .number('guidanceScale', 'cfg_scale')
      .seed('seed')
      .result(['type'])
  },
}

/** Join the parts of a prompt. Returns null if a part has a weight, which the form cannot express. */
function promptText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return null
  const parts = value.map((part: unknown) => asObject(part))
  const isPlain = parts.every((part) => typeof part?.prompt === 'string')
  const isWeighted = parts.length > 1 && parts.some((part) => asNumber(part?.weight) !== 1)
  return isPlain && !isWeighted ? parts.map((part) => part?.prompt).join(' ') : null
}

/** Parse `"a prompt" -s 24 -S 7 …`. */
function readCommand(text: string): Json | null {
  const [, prompt, options = ''] = /^\s*"((?:\\.|[^"\\])*)"(.*)$/s.exec(text) ?? []
  if (prompt === undefined) return null
  const image: Json = { prompt: prompt.replace(/\\(.)/g, '$1') }
  for (const [, name = '', value] of options.matchAll(
    /\s-{1,2}(\w+)(?:[ =](?!-{1,2}[A-Za-z])(\S+))?/g,
  )) {
    image[OPTIONS.get(name) ?? `-${name}`] = value ?? true
  }
  return image
}
