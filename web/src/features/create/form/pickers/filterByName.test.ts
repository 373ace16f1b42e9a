import { expect, test } from 'vitest'
import { filterByName } from './filterByName'

const STYLES = ['Pixel art', 'Vintage photo', 'Café poster', '像素画'].map((name) => ({ name }))

test.each([
  ['', ['Pixel art', 'Vintage photo', 'Café poster', '像素画']],
  ['PIX', ['Pixel art']],
  ['photo vint', ['Vintage photo']],
  ['cafe', ['Café poster']],
  ['像素', ['像素画']],
  ['oil', []],
])('searching “%s” finds %j', (search, names) => {
  expect(filterByName(STYLES, search).map(({ name }) => name)).toEqual(names)
})
