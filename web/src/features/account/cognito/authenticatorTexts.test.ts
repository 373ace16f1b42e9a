import { DefaultTexts } from '@aws-amplify/ui'
import { expect, test } from 'vitest'
import chinese from './authenticator.zh-CN.json'

test.each(Object.values(DefaultTexts))('“%s” is said in Chinese too', (text) => {
  expect(Object.keys(chinese)).toContain(text)
})
