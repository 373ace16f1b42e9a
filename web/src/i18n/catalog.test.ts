import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { useCatalogText } from './catalog'
import chinese from './catalog.zh-CN.json'
import { chooseLanguage, startI18n } from './i18n'

const MODELS = join(import.meta.dirname, '../../../resolvers/genai_studio/models.toml')
const catalogTexts = readFileSync(MODELS, 'utf8')
  .split('[[models]]')
  .flatMap((model) => [
    ...model.matchAll(/^(?:name|description) = "(.*)"$/gm),
    // Example prompts are translated only for models that support Chinese prompts.
    ...(/^prompt_languages = .*"zh"/m.test(model) ? model.matchAll(/^ {4}"(.*)",$/gm) : []),
  ])
  .map(([, text = '']) => text)

afterEach(() => localStorage.clear())

test('the Chinese catalog contains exactly the texts of models.toml', () => {
  expect(catalogTexts).not.toEqual([])
  expect(Object.keys(chinese).sort()).toEqual([...new Set(catalogTexts)].sort())
})

test('translates known texts and returns unknown ones unchanged', async () => {
  await startI18n()
  const { result, rerender } = renderHook(useCatalogText)
  expect(result.current('Line art')).toBe('Line art')
  await chooseLanguage('zh-CN')
  rerender()
  expect(result.current('Line art')).toBe('线稿')
  expect(result.current('From my-model on this machine.')).toBe('From my-model on this machine.')
})
