import { expect, test } from 'vitest'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { aGeneration } from '../../graphql/testing/generations'
import { compareRoute, parseCompareRoute } from './compareRoute'
import { differences } from './differences'

function anImage(generation: Partial<Generation> = {}, image: Partial<GeneratedImage> = {}) {
  return {
    generation: aGeneration({ operation: 'TEXT_TO_IMAGE', ...generation }),
    image: { width: 256, height: 256, seed: 7, ...image } as GeneratedImage,
  }
}

test('equal settings are not listed', () => {
  expect(differences(anImage(), anImage({ prompt: 'another' }))).toEqual([])
})

test('each setting that differs is listed with both values', () => {
  const right = anImage(
    { steps: 4, style: 'flat', operation: 'IMAGE_TO_IMAGE', strength: 0.4 },
    { seed: 8, width: 512 },
  )
  const found = differences(anImage(), right).map(({ setting, left, right }) => [
    setting,
    left,
    right,
  ])
  expect(found).toEqual([
    ['style', null, 'flat'],
    ['operation', 'TEXT_TO_IMAGE', 'IMAGE_TO_IMAGE'],
    ['size', '256 × 256', '512 × 256'],
    ['steps', '20', '4'],
    ['seed', '7', '8'],
    ['strength', null, '0.4'],
  ])
})

test('a route names both images', () => {
  const pair = [
    { id: 'a-1', index: 0 },
    { id: 'b-2', index: 3 },
  ] as const
  expect(compareRoute(pair)).toBe('/compare/a-1/0/b-2/3')
  expect(parseCompareRoute('/compare/a-1/0/b-2/3')).toEqual(pair)
})

test.each(['/', '/compare', '/compare/a/0', '/compare/a/0/b/x', '/compare/a/0/b/1/c'])(
  '%s compares no images',
  (route) => {
    expect(parseCompareRoute(route)).toBeNull()
  },
)
