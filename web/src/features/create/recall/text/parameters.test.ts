import { describe, expect, test } from 'vitest'
import { readParameters } from './parameters'

const PARAMETERS = `a red apple,
on a table
Negative prompt: blurry, low quality
Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 512x768, Model: "tiny, v1", Version: v1.9`

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

const LINE = 'Steps: 24, Sampler: Euler a, CFG scale: 6.5, Seed: 7, Size: 256x384'
const READ = { steps: 24, guidanceScale: 6.5, seed: 7, width: 256, height: 384 }

describe('text that only looks like settings', () => {
  const prompts = [
    'a boat',
    'two boats',
    '(boat:1.2), (sea:1.1), (dawn:0.9)',
    'a clock: ten past two',
  ]
  const lookalikes = [
    'Steps: 3 mossy stones going up to a shrine',
    'Steps: 3 mossy stones, boat',
    'Steps: many, Seed: of life',
    'Steps: 3, boat',
    'Size: large, Model: a girl with a hat, Style: gothic',
    'Sampler: a plate of cheese, Version: second',
  ]
  const texts = [
    ...prompts,
    ...lookalikes,
    ...lookalikes.flatMap((line) => prompts.map((prompt) => `${prompt}\n${line}`)),
    ...lookalikes.flatMap((line) => prompts.map((prompt) => `${line}\n${prompt}`)),
    `a boat\n${LINE}\nand then a second prompt`,
  ]
  test.each(texts)('%j is a prompt', (text) => {
    expect(readParameters(text)).toBeNull()
  })

  test.each(lookalikes)('%j stays in the prompt above real settings', (line) => {
    const recalled = readParameters(`${line}\nNegative prompt: fog\n${LINE}`)
    expect(recalled?.settings).toEqual({ prompt: line, negativePrompt: 'fog', ...READ })
  })
})

describe('a prompt and a negative prompt without settings', () => {
  const prompts = ['a wooden boat', '(wooden boat:1.2), calm sea', 'a boat\nwith oars']
  const negatives = ['fog, rain', '(fog:1.2), (rain:1.4), (text:1.3)', 'Steps: too steep, fog']
  const cases = prompts.flatMap((prompt) =>
    negatives.map((negative) => [prompt, negative] as const),
  )
  test.each(cases)('%j without %j', (prompt, negativePrompt) => {
    const expected = { settings: { prompt, negativePrompt }, ignored: [] }
    expect(readParameters(`${prompt}\nNegative prompt: ${negativePrompt}`)).toEqual(expected)
    expect(
      readParameters(
        `${prompt}\r\nNegative prompt: ${negativePrompt}\r\n`.replace(/(?<!\r)\n/g, '\r\n'),
      ),
    ).toEqual(expected)
  })

  test('a lone negative prompt leaves the prompt as it is', () => {
    expect(readParameters('Negative prompt: fog')?.settings).toEqual({ negativePrompt: 'fog' })
  })

  test('"Negative prompt" inside a line belongs to the prompt', () => {
    const prompt = '<lora:ink:0.8> a boat, Negative prompt: none of this'
    expect(readParameters(`${prompt}\n${LINE}`)?.settings).toEqual({ prompt, ...READ })
  })
})

test('names only what the text has', () => {
  expect(readParameters('Steps: 24, Seed: 7')?.settings).toEqual({ steps: 24, seed: 7 })
})

describe('values of other fields', () => {
  const json = '{"model": "00", "lora:ink": "00aa", "x": [1, {"y": "a, Seed: 9"}]}'
  const values = [
    ['Hashes', json],
    ['Civitai resources', `[{"type":"lora","weight":0.8,"modelName":"Ink: lines, 2"},${json}]`],
    ['Lora hashes', '"ink: 00aa, brush: 11bb"'],
    ['Wildcard prompt', '"one\ntwo, Steps: 99"'],
    ['Created Date', '2024-05-01T10:11:12.1234567Z'],
    ['Model hash', '0011223344'],
    ['Face restoration', 'CodeFormer'],
    ['Hires prompt', '"a \\"quoted\\" boat, Seed: 1"'],
    ['Note', '5" disk [open, not closed {'],
  ] as const
  const parts = LINE.split(', ')
  const cases = values.flatMap(([name, value]) =>
    parts.map((_, at) => [name, value, at + 1] as const),
  )
  test.each(cases)('%s: %j at %i does not change the others', (name, value, at) => {
    const line = parts.toSpliced(at, 0, `${name}: ${value}`).join(', ')
    const recalled = readParameters(`a boat\nNegative prompt: fog\n${line}`)
    expect(recalled?.settings).toEqual({ prompt: 'a boat', negativePrompt: 'fog', ...READ })
    expect(recalled?.ignored.toSorted()).toEqual(['Sampler', name].toSorted())
  })
})

test('lists the templates of sd-dynamic-prompts', () => {
  const templates = 'Template: a {wooden|stone} boat,\nSeed: 5\nNegative Template: fog'
  expect(readParameters(`a boat\nNegative prompt: fog\n${LINE}\n${templates}`)).toEqual({
    settings: { prompt: 'a boat', negativePrompt: 'fog', ...READ },
    ignored: ['Sampler', 'Template', 'Negative Template'],
  })
})

test.each([
  ['CFG scale: 6,5', { guidanceScale: 6.5 }],
  ['CFG scale: .5', { guidanceScale: 0.5 }],
  ['Size: 512 x 384', { width: 512, height: 384 }],
  ['Size: 512×384', { width: 512, height: 384 }],
  ['Size: 250x333', { width: 250, height: 333 }],
  ['Seed: -1', { seed: null }],
  ['Seed: 0', { seed: 0 }],
  ['Seed: 2147483647', { seed: 2147483647 }],
])('reads %j', (field, expected) => {
  const recalled = readParameters(`a boat\nSteps: 24, ${field}, Model: x`)
  expect(recalled?.settings).toEqual({ prompt: 'a boat', steps: 24, model: 'x', ...expected })
  expect(recalled).not.toHaveProperty('largeSeed')
})

test.each([
  ['2147483648', 0],
  ['3698135662', 1550652014],
  ['4294967295', 2147483647],
  ['18446744073709551615', 2147483647],
])('maps seed %s to one that the API accepts', (text, seed) => {
  const recalled = readParameters(`a boat\nSteps: 24, Seed: ${text}`)
  expect(recalled?.settings.seed).toBe(seed)
  expect(recalled?.largeSeed).toBe(text)
})

test.each(['Seed: -7', 'Seed: 0x7', 'Size: 512', 'Size: 0x0', 'CFG scale: high'])(
  'lists the unusable value of %j',
  (field) => {
    const recalled = readParameters(`a boat\nSteps: 24, ${field}, Model: x`)
    expect(recalled?.settings).toEqual({ prompt: 'a boat', steps: 24, model: 'x' })
    expect(recalled?.ignored).toEqual([field.split(':')[0]])
  },
)

test('takes a short time for a long text', () => {
  const line = `${LINE}, ${'x, '.repeat(2_000)}\n`
  const start = performance.now()
  readParameters(line.repeat(200))
  expect(performance.now() - start).toBeLessThan(5_000)
})
