import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Model } from '../../../graphql/store/generation'
import { applyRecalledSettings } from './applyRecalledSettings'
import { readMidjourney } from './midjourney'
import { readParameters } from './parameters'
import { readImageFile } from './readImageFile'

const model = {
  id: 'tiny',
  name: 'Tiny',
  styles: [{ id: 'flat', name: 'Flat' }],
  limits: {
    width: { min: 128, max: 512, step: 8 },
    height: { min: 128, max: 512, step: 8 },
    steps: { min: 1, max: 100, step: 1 },
    guidanceScale: { min: 0, max: 20 },
    count: { min: 1, max: 4, step: 1 },
  },
  defaults: { width: 256, height: 256, steps: 20, guidanceScale: 2.5, count: 1 },
} as unknown as Model

/** Build a PNG that has only text chunks. The reader does not verify checksums. */
function png(...chunks: [type: string, body: Buffer][]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  ]
  for (const [type, body] of [...chunks, ['IEND', Buffer.alloc(0)] as const]) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length)
    const part = Buffer.concat([length, Buffer.from(type, 'latin1'), body, Buffer.alloc(4)])
    parts.push(new Uint8Array(part))
  }
  return new Blob(parts)
}

const tEXt = (keyword: string, text: string): [string, Buffer] => [
  'tEXt',
  Buffer.from(`${keyword}\0${text}`, 'latin1'),
]
const iTXt = (keyword: string, text: string): [string, Buffer] => [
  'iTXt',
  Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text)]),
]
const zTXt = (keyword: string, text: string): [string, Buffer] => [
  'zTXt',
  Buffer.concat([
    Buffer.from(`${keyword}\0\0`, 'latin1'),
    deflateSync(Buffer.from(text, 'latin1')),
  ]),
]

const STUDIO_CHUNK = {
  schema: 1,
  software: 'genai-studio 0.1.0',
  id: '0190',
  parentId: null,
  index: 1,
  prompt: '一个红苹果',
  negativePrompt: 'blurry',
  model: 'tiny',
  width: 192,
  height: 256,
  steps: 30,
  guidanceScale: 3.5,
  seed: 8,
  style: 'flat',
  createdAt: '2026-11-23T08:00:00.000+00:00',
}

const PARAMETERS = `a red apple,
on a table
Negative prompt: blurry, low quality
Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 512x768, Model: "tiny, v1", Version: v1.9`

describe('files', () => {
  test('the studio chunk takes precedence over the parameters text', async () => {
    const file = png(
      tEXt('parameters', PARAMETERS),
      iTXt('genai_studio', JSON.stringify(STUDIO_CHUNK)),
    )
    expect(await readImageFile(file)).toEqual({
      settings: {
        prompt: '一个红苹果',
        negativePrompt: 'blurry',
        model: 'tiny',
        width: 192,
        height: 256,
        steps: 30,
        guidanceScale: 3.5,
        seed: 8,
        style: 'flat',
      },
      ignored: [],
    })
  })

  test('reads the InvokeAI chunk and lists unsupported fields', async () => {
    const chunk = {
      positive_prompt: 'a red apple',
      negative_prompt: 'blurry',
      width: 512,
      height: 512,
      steps: 30,
      cfg_scale: 7.5,
      seed: 7,
      scheduler: 'euler',
      model: { name: 'sdxl', base: 'sdxl' },
      loras: null,
    }
    const recalled = await readImageFile(png(iTXt('invokeai_metadata', JSON.stringify(chunk))))
    expect(recalled?.settings).toMatchObject({ guidanceScale: 7.5, model: 'sdxl', seed: 7 })
    expect(recalled?.ignored).toEqual(['scheduler'])
  })

  test('reads compressed chunks', async () => {
    const recalled = await readImageFile(png(zTXt('parameters', PARAMETERS)))
    expect(recalled?.settings.steps).toBe(20)
  })

  test.each([
    ['a file that is not a PNG', new Blob(['hello'])],
    ['a PNG without settings', png()],
    ['a studio chunk that is not JSON', png(iTXt('genai_studio', '{'))],
    ['a studio chunk that is not an object', png(iTXt('genai_studio', '[1]'))],
    ['a chunk without a keyword terminator', png(['tEXt', Buffer.from('parameters')])],
    ['a damaged compressed chunk', png(['zTXt', Buffer.from('parameters\0\0nonsense')])],
  ])('returns null for %s', async (_, file) => {
    expect(await readImageFile(file)).toBeNull()
  })

  test('a truncated file yields the chunks before the cut', async () => {
    const whole = new Uint8Array(await png(tEXt('parameters', PARAMETERS)).arrayBuffer())
    expect(await readImageFile(new Blob([whole.subarray(0, -14)]))).not.toBeNull()
    expect(await readImageFile(new Blob([whole.subarray(0, 40)]))).toBeNull()
  })
})

describe('AUTOMATIC1111 parameters', () => {
  test('parses quoted values and multi-line prompts', () => {
    expect(readParameters(PARAMETERS)).toEqual({
      settings: {
        prompt: 'a red apple,\non a table',
        negativePrompt: 'blurry, low quality',
        model: 'tiny, v1',
        width: 512,
        height: 768,
        steps: 20,
        guidanceScale: 7,
        seed: 7,
      },
      ignored: ['Sampler'],
    })
  })

  test('returns null for a prompt that contains a colon', () => {
    expect(readParameters('a clock: ten past two, a red wall')).toBeNull()
  })
})

describe('Midjourney flags', () => {
  test('uses aspect ratio, exclusions and seed, and lists the other flags', () => {
    const text = 'a red apple --ar 3:2 --no people, text --seed 7 --v 6 --style raw'
    const recalled = readMidjourney(text, model)
    expect(recalled?.settings).toEqual({
      prompt: 'a red apple',
      negativePrompt: 'people, text',
      width: 312,
      height: 208,
      seed: 7,
    })
    expect(recalled?.ignored).toEqual(['--v', '--style'])
  })

  test('returns null for a prompt without flags', () => {
    expect(readMidjourney('a red apple -- or two', model)).toBeNull()
  })
})

test('adjusts values that no available model supports, and lists them', () => {
  const recalled = {
    settings: { prompt: 'x', model: 'sdxl', width: 1024, height: 512, steps: 20, style: 'noir' },
    ignored: ['Sampler'],
  }
  const { settings, ignored } = applyRecalledSettings(recalled, [model], model)
  expect(settings).toMatchObject({ model: 'tiny', width: 512, height: 512, style: null })
  expect(ignored).toEqual(['Sampler', 'model sdxl', 'width 1024', 'style noir'])
})
