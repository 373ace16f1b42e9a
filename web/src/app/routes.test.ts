import { expect, test } from 'vitest'
import { addressOf, parseRoute } from './routes'

test('a route names the page, the generation and the image', () => {
  expect(parseRoute('/')).toEqual({ base: '/', image: null })
  expect(parseRoute('/trash')).toEqual({ base: '/trash', image: null })
  expect(parseRoute('/image/a')).toEqual({ base: '/', image: { id: 'a', index: null } })
  expect(parseRoute('/history/image/a/3')).toEqual({
    base: '/history',
    image: { id: 'a', index: 3 },
  })
})

test('addressOf is the inverse of parseRoute', () => {
  for (const route of ['/', '/history', '/image/a', '/image/a/0', '/trash/image/b/2']) {
    const { base, image } = parseRoute(route)
    expect(addressOf(base, image)).toBe(route)
  }
})
