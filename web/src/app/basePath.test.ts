import { afterEach, expect, test } from 'vitest'
import { withBasePath } from './basePath'

afterEach(() => {
  document.head.innerHTML = ''
})

test.each([
  ['/', '/graphiql'],
  ['/studio/', '/studio/graphiql'],
  ['/a/b/', '/a/b/graphiql'],
])('the base %s is added', (base, path) => {
  document.head.innerHTML = `<meta name="studio-base" content="${base}">`
  expect(withBasePath('/graphiql')).toBe(path)
})

test('without the element, the studio is at the root', () => {
  expect(withBasePath('/graphiql')).toBe('/graphiql')
})
