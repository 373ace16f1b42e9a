import { describe, expect, test } from 'vitest'
import { model } from '../testing/model'
import { readMidjourney } from './midjourney'

const read = (text: string) => readMidjourney(text, model)

test('uses aspect ratio, exclusions and seed, and lists the other flags', () => {
  const recalled = read('a red apple --ar 3:2 --no people, text --seed 7 --v 6 --style raw')
  expect(recalled?.settings).toEqual({
    prompt: 'a red apple',
    negativePrompt: 'people, text',
    width: 312,
    height: 208,
    seed: 7,
  })
  expect(recalled?.ignored).toEqual(['--v 6', '--style raw'])
})

describe('prose with dashes is not changed', () => {
  test.each([
    'a red apple -- or two',
    'a quiet harbour --early morning, mist-- with one boat',
    'neon sign saying --hello-- on a wall',
    'neon sign saying --fast-- on a wall',
    'a boat --v six',
    'a boat --ar wide',
    'a boat --seed of life',
    'a boat --style of monet',
    'a boat --no',
    'a boat --fast and red',
    'a harbor —no wind, no waves—',
    'a harbor —early morning— in fog',
    'well--known--ar 3:2',
    '---ar 3:2',
  ])('%j', (text) => expect(read(text)).toBeNull())
})

describe('no word is lost', () => {
  test.each([
    ['a boat --ar 3:2 in heavy rain --v 6 at night', 'a boat in heavy rain at night', ['--v 6']],
    ['a boat --ar 16:9, calm sea, dawn', 'a boat, calm sea, dawn', []],
    ['a wooden boat --ar 16:9\nin the rain, at night', 'a wooden boat\nin the rain, at night', []],
    ['a boat --early mist --ar 3:2', 'a boat --early mist', []],
    ['--ar 3:2 a boat', 'a boat', []],
    ['a boat --ar 3:2 --v six', 'a boat --v six', []],
    ['a boat --tile --ar 3:2', 'a boat', ['--tile']],
    ['a boat --ar 3:2 --fast\nat night', 'a boat\nat night', ['--fast']],
    ['a boat --ar 100:1', 'a boat', ['--ar 100:1']],
    ['a boat --ar 0:0 --s 50', 'a boat', ['--ar 0:0', '--s 50']],
  ])('%j', (text, prompt, ignored) => {
    const recalled = read(text)
    expect(recalled?.settings.prompt).toBe(prompt)
    expect(recalled?.ignored).toEqual(ignored)
  })

  // Flags at every position of a text, in every order, with every kind of dash.
  const words = ['a boat', 'in rain', 'at night']
  const flags = [
    { text: 'ar 3:2', ignored: [] },
    { text: 'seed 5', ignored: [] },
    { text: 'v 6.1', ignored: ['--v 6.1'] },
    {
      text: 'sref https://example.org/a.png::2 123',
      ignored: ['--sref https://example.org/a.png::2 123'],
    },
  ]
  const cases = flags.flatMap((first) =>
    flags.flatMap((second) =>
      [0, 1, 2, 3].flatMap((at) => ['--', '—', '–'].map((dash) => ({ first, second, at, dash }))),
    ),
  )
  test.each(cases)('$dash$first.text and $second.text at $at', ({ first, second, at, dash }) => {
    const inserted = words.toSpliced(at, 0, dash + first.text).toSpliced(at, 0, dash + second.text)
    const recalled = read(inserted.join(' '))
    expect(recalled?.settings.prompt).toBe(words.join(' '))
    expect(recalled?.ignored).toEqual([...second.ignored, ...first.ignored])
  })
})

test.each([
  ['a boat --no fog --no people', 'fog, people'],
  ['a boat --no fog, rain, --ar 3:2 --no text', 'fog, rain, text'],
  ['a boat —ar 16:9 —no fog —v 6', 'fog'],
  ['a boat --no fog\nat night', 'fog'],
])('keeps all exclusions of %j', (text, negativePrompt) => {
  expect(read(text)?.settings.negativePrompt).toBe(negativePrompt)
})

test('flags alone leave the prompt as it is', () => {
  expect(read(' --ar 16:9 --seed 5')).toEqual({
    settings: { width: 344, height: 192, seed: 5 },
    ignored: [],
  })
})

test.each([
  ['-1', { settings: { seed: null }, ignored: [] }],
  ['4294967295', { settings: { seed: 2147483647 }, largeSeed: '4294967295', ignored: [] }],
  ['-5', { settings: {}, ignored: ['--seed -5'] }],
])('--seed %s', (seed, expected) => expect(read(`--seed ${seed}`)).toEqual(expected))
