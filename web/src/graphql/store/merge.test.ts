import { describe, expect, test } from 'vitest'
import { aGeneration, aProgress } from '../testing/generations'
import { newerProgress, newerRecord } from './merge'

describe('records', () => {
  test('the higher version wins, whichever comes first', () => {
    const older = aGeneration({ version: 2, status: 'RUNNING' })
    const newer = aGeneration({ version: 3, status: 'SUCCEEDED' })
    expect(newerRecord(older, newer)).toBe(newer)
    expect(newerRecord(newer, older)).toBe(newer)
  })

  test('of equal versions the later read wins, since its links live longer', () => {
    const read = aGeneration({ version: 3 })
    const again = aGeneration({ version: 3 })
    expect(newerRecord(read, again)).toBe(again)
  })

  test('the first news of a generation are taken', () => {
    const first = aGeneration()
    expect(newerRecord(undefined, first)).toBe(first)
  })
})

describe('progress', () => {
  test('a later step wins and an earlier one changes nothing', () => {
    const fifth = aProgress({ step: 5 })
    const sixth = aProgress({ step: 6 })
    expect(newerProgress(fifth, sixth)).toMatchObject({ step: 6 })
    expect(newerProgress(sixth, fifth)).toBe(sixth)
  })

  test('a new attempt begins again from its first step', () => {
    const late = aProgress({ attempt: 1, step: 19 })
    const again = aProgress({ attempt: 2, step: 1 })
    expect(newerProgress(late, again)).toBe(again)
    expect(newerProgress(again, late)).toBe(again)
  })

  test('news without progress keep what is known', () => {
    const known = aProgress({ step: 5 })
    expect(newerProgress(known, null)).toBe(known)
    expect(newerProgress(null, null)).toBeNull()
  })

  test('a step without a preview keeps the last one of its attempt', () => {
    const seen = aProgress({ step: 5, previewUrl: '/preview' })
    expect(newerProgress(seen, aProgress({ step: 6 }))?.previewUrl).toBe('/preview')
    expect(newerProgress(seen, aProgress({ attempt: 2 }))?.previewUrl).toBeNull()
  })
})
