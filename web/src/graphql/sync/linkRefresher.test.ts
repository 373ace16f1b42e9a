import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { GenerationFilter } from '../generated/operations'
import { GenerationStore } from '../store/generationStore'
import { aGeneration, idAt } from '../testing/generations'
import { LinkRefresher } from './linkRefresher'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')

beforeEach(() => vi.useFakeTimers({ now: NOW }))
afterEach(() => vi.useRealTimers())

function aImage(position: number, secondsLeft: number) {
  return aGeneration({
    id: idAt(position),
    status: 'SUCCEEDED',
    version: 3,
    createdAt: new Date(NOW - 10_000 + position).toISOString(),
    images: [{ id: `p${position}`, expiresAt: new Date(NOW + secondsLeft * 1000).toISOString() }],
  } as never)
}

test('refreshes all tracked links that are about to expire with one query', async () => {
  const store = new GenerationStore()
  const filters: GenerationFilter[] = []
  const links = new LinkRefresher(store, async (filter) => {
    filters.push(filter)
    return { generations: [], hasNextPage: false, endCursor: null }
  })
  for (const position of [1, 2, 3]) {
    store.accept(aImage(position, 70))
    links.track(idAt(position))
  }
  store.accept(aImage(4, 70)) // not tracked
  store.accept(aImage(5, 900))
  links.track(idAt(5))

  expect(filters).toEqual([])
  await vi.advanceTimersByTimeAsync(15_000)
  expect(filters).toEqual([
    {
      createdFrom: new Date(NOW - 9_999).toISOString(),
      createdBefore: new Date(NOW - 9_996).toISOString(),
    },
  ])
  links.close()
})

test('refreshes the links to source and mask of an edit without images', async () => {
  const store = new GenerationStore()
  const failed = aGeneration({
    id: idAt(1),
    status: 'FAILED',
    version: 3,
    operation: 'INPAINT',
    sourceUrl: 'https://images/source.png?signed=1',
    maskUrl: 'https://images/mask.png?signed=1',
  })
  const fetchPage = vi.fn(async () => {
    const generation = { ...failed, sourceUrl: 'https://images/source.png?signed=2' }
    store.accept(generation)
    return { generations: [generation], hasNextPage: false, endCursor: null }
  })
  const links = new LinkRefresher(store, fetchPage)
  store.accept(failed)
  store.accept(aGeneration({ id: idAt(2), status: 'FAILED' })) // has no links
  links.track(idAt(1))
  links.track(idAt(2))

  // The shortest lifetime of a link is 10 minutes.
  await vi.advanceTimersByTimeAsync(500_000)
  expect(fetchPage).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(55_000)
  expect(fetchPage).toHaveBeenCalledOnce()
  expect(store.get(idAt(1))?.sourceUrl).toBe('https://images/source.png?signed=2')
  await vi.advanceTimersByTimeAsync(500_000)
  expect(fetchPage).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(fetchPage).toHaveBeenCalledTimes(2)
  links.close()
})

test('refreshAll fetches immediately, but only tracked generations', async () => {
  const store = new GenerationStore()
  const fetchPage = vi.fn(async () => ({ generations: [], hasNextPage: false, endCursor: null }))
  const links = new LinkRefresher(store, fetchPage)
  store.accept(aImage(1, 900))
  const untrack = links.track(idAt(1))
  await links.refreshAll()
  expect(fetchPage).toHaveBeenCalledOnce()
  untrack()
  await links.refreshAll()
  expect(fetchPage).toHaveBeenCalledOnce()
  links.close()
})
