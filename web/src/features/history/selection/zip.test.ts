import { expect, test } from 'vitest'
import { fileName } from './zip'

test.each([
  ['a red apple', 'a red apple 12345678-1.png'],
  ['../../etc/passwd', 'etc passwd 12345678-1.png'],
  ['一个红苹果！', '一个红苹果 12345678-1.png'],
  ['???', 'image 12345678-1.png'],
])('%s is saved as %s', (prompt, name) => {
  expect(fileName(prompt, '0190-12345678', 0)).toBe(name)
})
