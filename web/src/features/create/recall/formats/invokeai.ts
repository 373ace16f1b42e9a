import { FieldReader } from '../fieldReader'
import type { Format } from './format'
import { asObject, fieldsOf, type Json, parseObject } from './json'

/**
 * InvokeAI from version 3: the chunk `invokeai_metadata`. Fields: `ImageMetadata` and `CoreMetadata`
 * in `invokeai/app/invocations/metadata.py` of that project.
 */
export const invokeAiFormat: Format = {
  program: 'InvokeAI',
  carries: (texts) =>
    ['invokeai_metadata', 'invokeai_graph', 'invokeai_workflow', 'invokeai'].some((keyword) =>
      texts.has(keyword),
    ),
  read: (texts) => {
    const chunk = parseObject(texts.get('invokeai_metadata'))
    const reader = new FieldReader(fieldsOf(chunk))
    if (chunk?.negative_prompt === null) reader.set({ negativePrompt: '' }, 'negative_prompt')
    const model = modelName(asObject(chunk?.model))
    if (model !== null) reader.set({ model }, 'model')
    // Any of these fields may be missing.
    reader
      .text('prompt', 'positive_prompt')
      .text('negativePrompt', 'negative_prompt')
      .number('width', 'width')
      .number('height', 'height')
      .number('steps', 'steps')
      .number('guidanceScale', 'cfg_scale')
      .seed('seed')
    return reader.isEmpty() ? null : reader.result(['app_version', 'generation_mode'])
  },
}

function modelName(model: Json | null): string | null {
  const name = model?.name ?? model?.model_name
  return typeof name === 'string' ? name : null
}
