import { FieldReader } from '../fieldReader'
import type { Format, Texts } from './format'
import { fieldsOf, type Json, parseObject } from './json'

/** Fields that describe the file, or repeat the prompts with the words of the styles. */
const NOT_SETTINGS = [
  ...['metadata_scheme', 'version', 'created_by', 'full_prompt', 'full_negative_prompt'],
]

/**
 * Fooocus with the scheme `fooocus`: JSON in the PNG chunk `parameters`, or in the Exif UserComment.
 * Fields: `modules/meta_parser.py` of that project. Its scheme `a1111` is read as such.
 */
export const fooocusFormat: Format = {
  program: 'Fooocus',
  carries: (texts) =>
    isFooocus(metadata(texts)) ||
    (texts.get('fooocus_scheme') ?? texts.get('MakerNote')) === 'fooocus',
  read: (texts) => {
    const json = metadata(texts)
    if (json === null || typeof json.prompt !== 'string') return null
    return new FieldReader(fieldsOf(json))
      .text('prompt', 'prompt')
      .text('negativePrompt', 'negative_prompt')
      .text('model', 'base_model')
      .size('resolution')
      .number('steps', 'steps')
      .number('guidanceScale', 'guidance_scale')
      .seed('seed')
      .result(NOT_SETTINGS)
  },
}

function metadata(texts: Texts): Json | null {
  return parseObject(texts.get('parameters')) ?? parseObject(texts.get('UserComment'))
}

function isFooocus(json: Json | null): boolean {
  return json?.metadata_scheme === 'fooocus' || /^Fooocus/.test(String(json?.version))
}
