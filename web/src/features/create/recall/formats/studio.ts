import { FieldReader } from '../fieldReader'
import type { Format } from './format'
import { fieldsOf, parseObject } from './json'

const NOT_SETTINGS = ['schema', 'software', 'id', 'parentId', 'index', 'createdAt']

/** The studio's own `genai_studio` chunk, which uses the field names of the API. */
export const studioFormat: Format = {
  program: 'genai-studio',
  carries: (texts) => texts.has('genai_studio'),
  read: (texts) => {
    const chunk = parseObject(texts.get('genai_studio'))
    if (chunk === null || typeof chunk.prompt !== 'string') return null
    const reader = new FieldReader(fieldsOf(chunk))
    // The chunk has all settings, so null means that the image has none.
    if (chunk.style === null) reader.set({ style: null }, 'style')
    if (chunk.negativePrompt === null) reader.set({ negativePrompt: '' }, 'negativePrompt')
    return reader
      .text('prompt', 'prompt')
      .text('negativePrompt', 'negativePrompt')
      .text('model', 'model')
      .text('style', 'style')
      .number('width', 'width')
      .number('height', 'height')
      .number('steps', 'steps')
      .number('guidanceScale', 'guidanceScale')
      .seed('seed')
      .result(NOT_SETTINGS)
  },
}
