import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { useCatalogText } from './catalog'
import chinese from './catalog.zh-CN.json'
import { chooseLanguage, startI18n } from './i18n'

const MODELS = join(import.meta.dirname, '../../../resolvers/genai_studio/models.toml')
const said = readFileSync(MODELS, 'utf8')
  .split('[[models]]')
  .flatMap((model) => [
    ...model.matchAll(/^(?:name|description) = "(.*)"$/gm),
    // A prompt is shown in the languages that its model reads.
    ...(/^prompt_languages = .*"zh"/m.test(model) ? model.matchAll(/^ {4}"(.*)",$/gm) : []),
  ])
  .map(([, text = '']) => text)

afterEach(() => localStorage.clear())

test('every text of the models that are shipped has its Chinese, and no other', () => {
  expect(said).not.toEqual([])
  expect(Object.keys(chinese).sort()).toEqual([...new Set(said)].sort())
})

test('what a model says is shown in the reader’s language; what is not known as it is', async () => {
  await startI18n()
  const { result, rerender } = renderHook(useCatalogText)
  expect(result.current('Line art')).toBe('Line art')
  await chooseLanguage('zh-CN')
  rerender()
  expect(result.current('Line art')).toBe('线稿')
  expect(result.current('From my-model on this machine.')).toBe('From my-model on this machine.')
})
