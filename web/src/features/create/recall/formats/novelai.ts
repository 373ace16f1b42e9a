import { FieldReader } from '../fieldReader'
import type { Format } from './format'
import { fieldsOf, parseObject } from './json'

/**
 * NovelAI: the chunk `Software` with its name, and JSON in the chunk `Comment`. Fields:
 * https://docs.novelai.net/image (the parameters of an image), and the files that it writes.
 */
export const novelAiFormat: Format = {
  program: 'NovelAI',
  carries: (texts) => /NovelAI/.test(texts.get('Software') ?? ''),
  read: (texts) => {
    const comment = parseObject(texts.get('Comment'))
    const prompt = comment?.prompt ?? texts.get('Description')
    if (comment === null || typeof prompt !== 'string') return null
    return new FieldReader(fieldsOf(comment))
      .set({ prompt }, 'prompt')
      .text('negativePrompt', 'uc')
      .number('width', 'width')
      .number('height', 'height')
      .number('steps', 'steps')
      .number('guidanceScale', 'scale')
      .seed('seed')
      .result(['request_type', 'signed_hash', 'version'])
  },
}
