import { describe, expect, test, vi } from 'vitest'
import { aGeneration, aProgress, idAt } from '../testing/generations'
import { GenerationStore } from './generationStore'

const ID = idAt(1)

describe('merging', () => {
  test('an outdated record does not replace a newer one', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 4, status: 'SUCCEEDED' }))
    const shown = store.accept(aGeneration({ version: 2, status: 'RUNNING' }))
    expect(shown.status).toBe('SUCCEEDED')
    expect(store.get(ID)?.status).toBe('SUCCEEDED')
  })

  test('a record that the server sends again changes nothing, but new links do', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 4, status: 'SUCCEEDED' }))
    const shown = store.get(ID)
    const onRecord = vi.fn()
    store.subscribe(ID, onRecord)
    store.accept(aGeneration({ version: 4, status: 'SUCCEEDED' }))
    expect(onRecord).not.toHaveBeenCalled()
    expect(store.get(ID)).toBe(shown)

    store.accept(aGeneration({ version: 4, status: 'SUCCEEDED', sourceUrl: '/images/new' }))
    expect(onRecord).toHaveBeenCalledOnce()
    expect(store.get(ID)?.sourceUrl).toBe('/images/new')
  })

  test('progress continues after a favorite change during a run', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 5 }) }))
    store.accept(aGeneration({ version: 3, status: 'RUNNING', favorite: true }))
    expect(store.progressOf(ID)?.step).toBe(5)
    // A progress event created before the change has the earlier version.
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 6 }) }))
    expect(store.progressOf(ID)?.step).toBe(6)
    expect(store.get(ID)?.favorite).toBe(true)
  })

  test('progress is removed when the run ends, and a late event does not restore it', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 5 }) }))
    store.accept(aGeneration({ version: 3, status: 'SUCCEEDED' }))
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 9 }) }))
    expect(store.progressOf(ID)).toBeNull()
  })

  test('a progress event notifies progress listeners only', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 2, status: 'RUNNING' }))
    const onRecord = vi.fn()
    const onProgress = vi.fn()
    const onList = vi.fn()
    store.subscribe(ID, onRecord)
    store.subscribeProgress(ID, onProgress)
    store.observe(onList, vi.fn())
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress() }))
    expect(onProgress).toHaveBeenCalledOnce()
    expect(onRecord).not.toHaveBeenCalled()
    expect(onList).not.toHaveBeenCalled()
  })
})

describe('staleFor', () => {
  test('counts from the last update or refetch', () => {
    let now = 0
    const store = new GenerationStore(() => now)
    store.accept(aGeneration({ status: 'RUNNING', version: 2 }))
    now = 15_000
    store.accept(aGeneration({ status: 'RUNNING', version: 2, progress: aProgress() }))
    now = 34_999
    expect(store.staleFor(20_000)).toEqual([])
    now = 35_000
    expect(store.staleFor(20_000)).toEqual([ID])
    store.markRefetched(ID)
    expect(store.staleFor(20_000)).toEqual([])
  })

  test('ignores finished generations', () => {
    let now = 0
    const store = new GenerationStore(() => now)
    store.accept(aGeneration({ status: 'RUNNING', version: 2 }))
    store.accept(aGeneration({ status: 'FAILED', version: 3 }))
    now = 60_000
    expect(store.staleFor(20_000)).toEqual([])
  })
})

describe('optimistic changes', () => {
  test('are shown immediately and replaced by the confirmed record', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 1 }))
    const clear = store.applyOptimistic([ID], () => ({ favorite: true }))
    expect(store.get(ID)?.favorite).toBe(true)
    store.accept(aGeneration({ version: 2, favorite: true }))
    clear()
    expect(store.get(ID)?.favorite).toBe(true)
  })

  test('end one by one, and each applies to what the others show', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 1, boards: ['a'] }))
    const addTo = (board: string) =>
      store.applyOptimistic([ID], ({ boards }) => ({ boards: [...boards, board] }))
    const endB = addTo('b')
    const endC = addTo('c')
    const endFavorite = store.applyOptimistic([ID], () => ({ favorite: true }))
    expect(store.get(ID)).toMatchObject({ boards: ['a', 'b', 'c'], favorite: true })
    endB()
    expect(store.get(ID)).toMatchObject({ boards: ['a', 'c'], favorite: true })
    endFavorite()
    endC()
    expect(store.get(ID)).toMatchObject({ boards: ['a'], favorite: false })
  })

  test('are removed if the server rejected them', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 1 }))
    store.applyOptimistic([ID], () => ({ trashedAt: '2026-11-23T09:00:00.000Z' }))()
    expect(store.get(ID)?.trashedAt).toBeNull()
  })
})

test('the typical duration is the median of the recent runs of the model', () => {
  const store = new GenerationStore()
  const run = (position: number, seconds: number, model = 'tiny') =>
    store.accept(
      aGeneration({
        id: idAt(position),
        model,
        status: 'SUCCEEDED',
        startedAt: '2026-11-23T08:00:00.000Z',
        finishedAt: new Date(Date.parse('2026-11-23T08:00:00.000Z') + seconds * 1000).toISOString(),
      }),
    )
  expect(store.typicalSeconds('tiny')).toBeNull()
  run(1, 2)
  run(2, 4)
  run(3, 90)
  run(4, 500, 'large')
  expect(store.typicalSeconds('tiny')).toBe(4)
})
