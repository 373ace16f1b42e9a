import { DefaultTexts } from '@aws-amplify/ui'
import { expect, test } from 'vitest'
import chinese from './authenticator.zh-CN.json'

test.each(Object.values(DefaultTexts))('“%s” has a Chinese translation', (text) => {
  expect(Object.keys(chinese)).toContain(text)
})
