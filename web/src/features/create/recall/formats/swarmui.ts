import { FieldReader } from '../fieldReader'
import type { Format, Texts } from './format'
import { asObject, fieldsOf, type Json, parseObject } from './json'

/**
 * SwarmUI: JSON with `sui_image_params` in the PNG chunk `parameters`, or in the Exif UserComment.
 * Fields: `docs/Image Metadata Format.md` of that project.
 */
export const swarmUiFormat: Format = {
  program: 'SwarmUI',
  carries: (texts) => parameters(texts) !== null,
  read: (texts) => {
    const params = parameters(texts)
    const reader = new FieldReader(fieldsOf(params))
    // Any of these fields may be missing.
    reader
      .text('prompt', 'prompt')
      .text('negativePrompt', 'negativeprompt')
      .text('model', 'model')
      .number('width', 'width')
      .number('height', 'height')
      .number('steps', 'steps')
      .number('guidanceScale', 'cfgscale')
      .seed('seed')
    return reader.isEmpty() ? null : reader.result(['swarm_version'])
  },
}

function parameters(texts: Texts): Json | null {
  for (const keyword of ['parameters', 'UserComment']) {
    const params = asObject(parseObject(texts.get(keyword))?.sui_image_params)
    if (params !== null) return params
  }
  return null
}
