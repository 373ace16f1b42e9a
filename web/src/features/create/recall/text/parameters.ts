import { FieldReader } from '../fieldReader'
import type { RecalledSettings } from '../recalledSettings'
import { asNumber, asSeed, asSize } from '../values'
import { parseFields } from './parameterFields'

const NEGATIVE = 'Negative prompt:'
/** The fields that the form can use, with the test that a value must pass. */
const USABLE: [name: string, isValid: (value: string) => boolean][] = [
  ['Steps', (value) => /^\d+$/.test(value)],
  ['Seed', (value) => asSeed(value) !== undefined],
  ['Size', (value) => asSize(value) !== null],
  ['CFG scale', (value) => asNumber(value) !== null],
]
/** Names that show that a line lists settings and is not part of a prompt. */
const COMMON = new Set([
  ...USABLE.map(([name]) => name),
  ...['Sampler', 'Schedule type', 'Distilled CFG Scale', 'Model', 'Model hash', 'VAE', 'VAE hash'],
  ...['Clip skip', 'Denoising strength', 'Style', 'Version'],
])
const FIRST_NAME = /^\s*([A-Za-z][\w ./+()-]*?):/
/** Lines that the extension sd-dynamic-prompts adds after the settings. */
const TEMPLATE = /^((?:Negative )?Template):/

/** Report whether the fields are certainly settings: at least two common names, one with a valid value. */
function areSettings(fields: ReadonlyMap<string, string>): boolean {
  const common = [...fields.keys()].filter((name) => COMMON.has(name))
  return common.length >= 2 && USABLE.some(([name, isValid]) => isValid(fields.get(name) ?? ''))
}

/** Parse the settings at the start of the text. Returns null if anything else follows them. */
function readSettingsBlock(text: string): Map<string, string> | null {
  const parsed = parseFields(text)
  if (parsed === null || !areSettings(parsed.fields)) return null
  const { fields, rest } = parsed
  let template: string | undefined
  for (const line of rest.split('\n')) {
    template = TEMPLATE.exec(line)?.[1] ?? template
    if (template !== undefined) fields.set(template, line)
    else if (line.trim() !== '') return null
  }
  return fields
}

/**
 * Parse the `parameters` text of AUTOMATIC1111's web UI and compatible tools: the prompt, then
 * `Negative prompt: …`, then one line of `Name: value` pairs. Returns null for any other text.
 *
 * The format is defined by `create_infotext` in `modules/processing.py` and by
 * `parse_generation_parameters` in `modules/infotext_utils.py` of that project.
 */
export function readParameters(text: string): RecalledSettings | null {
  const lines = text.replace(/\r\n?/g, '\n').trim().split('\n')
  let fields = new Map<string, string>()
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    if (!COMMON.has(FIRST_NAME.exec(lines[at] ?? '')?.[1] ?? '')) continue
    const block = readSettingsBlock(lines.slice(at).join('\n'))
    if (block === null) continue
    fields = block
    lines.splice(at)
    break
  }
  const negativeAt = lines.findIndex((line) => line.startsWith(NEGATIVE))
  if (fields.size === 0 && negativeAt === -1) return null
  const promptLines = negativeAt === -1 ? lines : lines.slice(0, negativeAt)
  const prompt = promptLines.join('\n').trim()
  const reader = new FieldReader(fields)
  if (prompt !== '') reader.set({ prompt })
  if (negativeAt !== -1) {
    const negativePrompt = lines.slice(negativeAt).join('\n').slice(NEGATIVE.length).trim()
    reader.set({ negativePrompt })
  }
  return reader
    .number('steps', 'Steps')
    .number('guidanceScale', 'CFG scale')
    .seed('Seed')
    .size('Size')
    .text('model', 'Model')
    .text('style', 'Style')
    .result(['Version'])
}
