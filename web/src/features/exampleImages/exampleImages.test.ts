import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exampleFileName, exampleImage, styleTile } from './exampleImages'

const FOLDER = 'src/features/exampleImages'
const MAX_BYTES = 6_000

/** The entry of the built-in model in the catalog. */
const builtin = readFileSync('../resolvers/genai_studio/models.toml', 'utf8')
  .split(/^\[\[models\]\]$/m)
  .find((entry) => entry.includes('endpoint = "builtin"'))
const styles = [...(builtin ?? '').matchAll(/^id = "(.+)"$/gm)].slice(1).map(([, id = '']) => id)
const [, list = ''] = /^examples = \[([^\]]+)\]/m.exec(builtin ?? '') ?? []
const prompts = [...list.matchAll(/"(.+)"/g)].map(([, prompt = '']) => prompt)

const filesIn = (name: string) => readdirSync(join(FOLDER, name)).sort()

test('the built-in model has styles and six examples', () => {
  expect(styles.length).toBeGreaterThan(0)
  expect(prompts).toHaveLength(6)
})

test('each style of the built-in model has a tile, and no other', () => {
  expect(filesIn('styles')).toEqual(styles.map(exampleFileName).sort())
  expect(styles.map(styleTile)).not.toContain(undefined)
})

test('each example of the built-in model has an image, and no other', () => {
  expect(filesIn('examples')).toEqual(prompts.map(exampleFileName).sort())
  expect(prompts.map(exampleImage)).not.toContain(undefined)
})

describe('the images are small WebP files', () => {
  const files = ['styles', 'examples'].flatMap((name) =>
    filesIn(name).map((file) => join(FOLDER, name, file)),
  )
  test.each(files)('%s', (file) => {
    const content = readFileSync(file)
    expect(content.subarray(8, 12).toString('latin1')).toBe('WEBP')
    expect(statSync(file).size).toBeLessThanOrEqual(MAX_BYTES)
  })
})

test('other styles and prompts have no image', () => {
  expect(styleTile('watercolor')).toBeUndefined()
  expect(exampleImage('a teapot')).toBeUndefined()
  expect(exampleImage('')).toBeUndefined()
})
