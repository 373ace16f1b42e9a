import type { Settings } from '../settings'
import { asNumber, asText, found, type Recalled } from './recalled'

type Json = Record<string, unknown>

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return value instanceof Object && !Array.isArray(value) ? (value as Json) : null
  } catch {
    return null
  }
}

const OURS = new Set([
  ...['schema', 'software', 'id', 'parentId', 'index', 'createdAt', 'prompt', 'negativePrompt'],
  ...['model', 'width', 'height', 'steps', 'guidanceScale', 'seed', 'style'],
])

/** Our own chunk `genai_studio`: every parameter, under the names of the API. */
export function readOwnChunk(text: string): Recalled | null {
  const chunk = parse(text)
  if (chunk === null || typeof chunk.prompt !== 'string') return null
  return {
    settings: found<Settings>({
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
      // The file may be another person's: what it was made from is not known here.
      parentId: null,
    }),
    ignored: Object.keys(chunk).filter((name) => !OURS.has(name)),
  }
}

const INVOKE = new Set([
  ...['positive_prompt', 'negative_prompt', 'width', 'height', 'steps', 'cfg_scale', 'seed'],
  ...['model', 'app_version', 'generation_mode'],
])

/** InvokeAI's chunk `invokeai_metadata`. */
export function readInvokeAiChunk(text: string): Recalled | null {
  const chunk = parse(text)
  if (chunk === null || typeof chunk.positive_prompt !== 'string') return null
  const model = chunk.model instanceof Object ? (chunk.model as Json) : {}
  return {
    settings: found<Settings>({
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
    ignored: Object.keys(chunk).filter((name) => !INVOKE.has(name) && chunk[name] !== null),
  }
}
