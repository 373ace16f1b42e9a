import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import en from './en.json'
import zh from './zh-CN.json'

function flatten(tree: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(tree)) {
    const key = path === '' ? name : `${path}.${name}`
    if (typeof value === 'string') found.set(key, value)
    else for (const [deep, text] of flatten(value, key)) found.set(deep, text)
  }
  return found
}

const english = flatten(en)
const chinese = flatten(zh)
const placeholders = (text: string) => [...text.matchAll(/{{\w+}}/g)].map(([name]) => name).sort()

test('all languages have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
})

test.each([...english])('%s has the same placeholders in all languages', (key, text) => {
  expect(placeholders(chinese.get(key) ?? '')).toEqual(placeholders(text))
  expect(chinese.get(key)).not.toBe('')
})

describe('components', () => {
  const source = join(import.meta.dirname, '..')
  const components = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx'),
  )

  // Text between tags and in attributes that are shown or read aloud.
  const hardCoded = [
    /(?<!=)>\s*[A-Z][a-z]+(?: [a-z]+)*[.!?]?\s*</g,
    /\b(?:aria-label|placeholder|title|alt)="[^"]*[A-Za-z]{2}[^"]*"/g,
  ]

  test.each(components)('%s contains no hard-coded text', (file) => {
    const text = readFileSync(join(source, file), 'utf8')
    expect(hardCoded.flatMap((pattern) => text.match(pattern) ?? [])).toEqual([])
  })

  test('every key is used', () => {
    const all = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|generated/.test(file))
      .map((file) => readFileSync(join(source, file), 'utf8'))
      .join('\n')
    // Keys that end with an API code or are computed.
    const computedKeys =
      /^(failure|error|credentials|operation)\.|^edit\.(operations|hints|promptHints|fields|sides|extend|tool|missing|notFound)\.|^history\.(SUCCEEDED|FAILED|CANCELED|QUEUED|RUNNING|empty)/
    const unused = [...english.keys()]
      .filter((key) => !computedKeys.test(key))
      .map((key) => key.replace(/_(one|other)$/, ''))
      .filter((key) => !all.includes(`'${key}'`))
    expect([...new Set(unused)]).toEqual([])
  })
})
