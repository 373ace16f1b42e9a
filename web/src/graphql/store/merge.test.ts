import { describe, expect, test } from 'vitest'
import { aGeneration, aProgress } from '../testing/generations'
import { newerProgress, newerRecord } from './merge'

describe('records', () => {
  test('the higher version wins in either order', () => {
    const older = aGeneration({ version: 2, status: 'RUNNING' })
    const newer = aGeneration({ version: 3, status: 'SUCCEEDED' })
    expect(newerRecord(older, newer)).toBe(newer)
    expect(newerRecord(newer, older)).toBe(newer)
  })

  test('on equal versions the incoming record wins, because its links expire later', () => {
    const read = aGeneration({ version: 3 })
    const again = aGeneration({ version: 3 })
    expect(newerRecord(read, again)).toBe(again)
  })

  test('an unknown generation is accepted', () => {
    const first = aGeneration()
    expect(newerRecord(undefined, first)).toBe(first)
  })
})

describe('progress', () => {
  test('a later step wins in either order', () => {
    const fifth = aProgress({ step: 5 })
    const sixth = aProgress({ step: 6 })
    expect(newerProgress(fifth, sixth)).toMatchObject({ step: 6 })
    expect(newerProgress(sixth, fifth)).toBe(sixth)
  })

  test('a new attempt wins although its step is lower', () => {
    const late = aProgress({ attempt: 1, step: 19 })
    const again = aProgress({ attempt: 2, step: 1 })
    expect(newerProgress(late, again)).toBe(again)
    expect(newerProgress(again, late)).toBe(again)
  })

  test('a record without progress keeps the known progress', () => {
    const known = aProgress({ step: 5 })
    expect(newerProgress(known, null)).toBe(known)
    expect(newerProgress(null, null)).toBeNull()
  })

  test('a step without a preview keeps the last preview of its attempt', () => {
    const seen = aProgress({ step: 5, previewUrl: '/preview' })
    expect(newerProgress(seen, aProgress({ step: 6 }))?.previewUrl).toBe('/preview')
    expect(newerProgress(seen, aProgress({ attempt: 2 }))?.previewUrl).toBeNull()
  })
})
