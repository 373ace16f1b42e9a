import { describe, expect, test } from 'vitest'
import { exif, iTXt, jpeg, png, tEXt, unicodeComment, webp, zTXt } from '../testing/imageFiles'
import { recall } from '../testing/recall'
import { readImageFile } from './readImageFile'

const PARAMETERS =
  'a red apple\nNegative prompt: blurry\nSteps: 20, CFG scale: 7, Seed: 7, Size: 512x768'
const PARAMETERS_READ = {
  settings: {
    prompt: 'a red apple',
    negativePrompt: 'blurry',
    steps: 20,
    guidanceScale: 7,
    seed: 7,
    width: 512,
    height: 768,
  },
  ignored: [],
}

describe('containers and encodings', () => {
  const texts = [PARAMETERS, PARAMETERS.replace('a red apple', '木の小舟, café, 🛶')]
  const encoders: [string, (text: string) => Buffer][] = [
    ['UTF-16 big-endian', (text) => unicodeComment(text, false)],
    ['UTF-16 little-endian', (text) => unicodeComment(text, true)],
    ['UTF-8 without character set', (text) => Buffer.from(`\0\0\0\0\0\0\0\0${text}`)],
    ['bare UTF-8', (text) => Buffer.from(text)],
    ['ASCII', (text) => Buffer.from(`ASCII\0\0\0${text}`)],
  ]
  const files: [string, (data: Buffer) => Blob][] = [
    ['JPEG', jpeg],
    ['WebP', webp],
    ['PNG with eXIf', (data) => png(['eXIf', data])],
  ]
  const cases = files.flatMap(([container, build]) =>
    encoders.flatMap(([encoding, encode]) =>
      (['II', 'MM'] as const).flatMap((order) =>
        texts.map((text) => ({
          container,
          encoding,
          order,
          text,
          file: build(exif(encode(text), order)),
        })),
      ),
    ),
  )
  test.each(cases)('$container, $encoding, $order, $text', async ({ text, file }) => {
    const prompt = text.split('\n')[0]
    expect(await recall(file)).toEqual({
      ...PARAMETERS_READ,
      settings: { ...PARAMETERS_READ.settings, prompt },
    })
  })

  test.each([
    ['tEXt', tEXt('parameters', PARAMETERS)],
    ['zTXt', zTXt('parameters', PARAMETERS)],
    ['iTXt', iTXt('parameters', PARAMETERS)],
  ] as const)('PNG with %s', async (_name, chunk) => {
    expect(await recall(png(chunk))).toEqual(PARAMETERS_READ)
  })

  test.each(['木の小舟', 'ein kleines Böötchen', 'Лодка', 'café 🛶'])(
    'raw UTF-8 in tEXt: %s',
    async (prompt) => {
      expect((await recall(png(tEXt('parameters', prompt)))).settings.prompt).toBe(prompt)
    },
  )

  test('Latin-1 in tEXt', async () => {
    const file = png(tEXt('parameters', 'un café à Orléans', 'latin1'))
    expect((await recall(file)).settings.prompt).toBe('un café à Orléans')
  })
})

describe('files without settings', () => {
  const camera = unicodeComment('Shot at the harbor: f/2.8, ISO 100', false)
  test.each([
    ['a PNG without text', png()],
    ['a chunk without a keyword terminator', png(['tEXt', Buffer.from('parameters')])],
    ['a damaged compressed chunk', png(['zTXt', Buffer.from('parameters\0\0nonsense')])],
    ['the comment of a camera', jpeg(exif(camera))],
    ['a damaged Exif chunk', png(['eXIf', Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1')])],
    ['a JPEG without segments', new Blob([new Uint8Array([0xff, 0xd8, 0xff])])],
  ])('%s', async (_, file) => expect(await readImageFile(file)).toEqual({ kind: 'none' }))

  test.each([
    ['text', new Blob(['hello'])],
    ['nothing', new Blob([])],
    ['a GIF', new Blob(['GIF89a; not supported'])],
  ])('a file with %s is not an image', async (_, file) => {
    expect(await readImageFile(file)).toEqual({ kind: 'not-an-image' })
  })

  test('a file that cannot be read', async () => {
    const file = {
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotFoundError')) }),
    }
    expect(await readImageFile(file as unknown as Blob)).toEqual({ kind: 'unreadable' })
  })

  test('a truncated file yields the chunks before the cut', async () => {
    const whole = png(tEXt('parameters', PARAMETERS))
    expect(await recall(whole.slice(0, whole.size - 14))).toEqual(PARAMETERS_READ)
    expect(await readImageFile(whole.slice(0, 40))).toEqual({ kind: 'none' })
  })

  test('every truncated file is handled', async () => {
    const wholes = [
      png(tEXt('parameters', PARAMETERS)),
      jpeg(exif(unicodeComment(PARAMETERS, true))),
      webp(exif(unicodeComment(PARAMETERS, true))),
    ]
    for (const whole of wholes) {
      for (let length = 0; length < whole.size; length += 1) {
        const { kind } = await readImageFile(whole.slice(0, length))
        expect(['settings', 'none', 'not-an-image']).toContain(kind)
      }
    }
  })
})
