import type { Settings } from '../../generations/settings'
import { asNumber, asText, type RecalledSettings, withoutNulls } from './recalledSettings'

type Json = Record<string, unknown>

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return value instanceof Object && !Array.isArray(value) ? (value as Json) : null
  } catch {
    return null
  }
}

const STUDIO_FIELDS = new Set([
  ...['schema', 'software', 'id', 'parentId', 'index', 'createdAt', 'prompt', 'negativePrompt'],
  ...['model', 'width', 'height', 'steps', 'guidanceScale', 'seed', 'style'],
])

/** Read the studio's own `genai_studio` chunk, which uses the field names of the API. */
export function readStudioChunk(text: string): RecalledSettings | null {
  const chunk = parse(text)
  if (chunk === null || typeof chunk.prompt !== 'string') return null
  return {
    settings: withoutNulls<Settings>({
      prompt: chunk.prompt,
      negativePrompt: asText(chunk.negativePrompt),
      model: asText(chunk.model),
      width: asNumber(chunk.width),
      height: asNumber(chunk.height),
      steps: asNumber(chunk.steps),
      guidanceScale: asNumber(chunk.guidanceScale),
      seed: asNumber(chunk.seed),
      count: null,
      style: asText(chunk.style),
      // The parent is unknown to this user if the file comes from someone else.
      parentId: null,
    }),
    ignored: Object.keys(chunk).filter((name) => !STUDIO_FIELDS.has(name)),
  }
}

const INVOKEAI_FIELDS = new Set([
  ...['positive_prompt', 'negative_prompt', 'width', 'height', 'steps', 'cfg_scale', 'seed'],
  ...['model', 'app_version', 'generation_mode'],
])

/** Read InvokeAI's `invokeai_metadata` chunk. */
export function readInvokeAiChunk(text: string): RecalledSettings | null {
  const chunk = parse(text)
  if (chunk === null || typeof chunk.positive_prompt !== 'string') return null
  const model = chunk.model instanceof Object ? (chunk.model as Json) : {}
  return {
    settings: withoutNulls<Settings>({
      prompt: chunk.positive_prompt,
      negativePrompt: asText(chunk.negative_prompt),
      model: asText(model.name) ?? asText(model.model_name),
      width: asNumber(chunk.width),
      height: asNumber(chunk.height),
      steps: asNumber(chunk.steps),
      guidanceScale: asNumber(chunk.cfg_scale),
      seed: asNumber(chunk.seed),
      count: null,
      style: null,
      parentId: null,
    }),
    ignored: Object.keys(chunk).filter(
      (name) => !INVOKEAI_FIELDS.has(name) && chunk[name] !== null,
    ),
  }
}
