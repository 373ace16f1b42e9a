import { describe, expect, test, vi } from 'vitest'
import { aGeneration, aProgress, idAt } from '../testing/generations'
import { GenerationStore } from './generationStore'

const ID = idAt(1)

describe('merging', () => {
  test('a late answer takes nothing back', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 4, status: 'SUCCEEDED' }))
    const said = store.accept(aGeneration({ version: 2, status: 'RUNNING' }))
    expect(said.status).toBe('SUCCEEDED')
    expect(store.get(ID)?.status).toBe('SUCCEEDED')
  })

  test('a favorite in the middle of a run does not freeze its progress', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 5 }) }))
    store.accept(aGeneration({ version: 3, status: 'RUNNING', favorite: true }))
    expect(store.progressOf(ID)?.step).toBe(5)
    // A tick that was made before the change still carries the version of then.
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 6 }) }))
    expect(store.progressOf(ID)?.step).toBe(6)
    expect(store.get(ID)?.favorite).toBe(true)
  })

  test('progress ends with the run, and a late tick does not bring it back', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 5 }) }))
    store.accept(aGeneration({ version: 3, status: 'SUCCEEDED' }))
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress({ step: 9 }) }))
    expect(store.progressOf(ID)).toBeNull()
  })

  test('a tick wakes those who watch progress, and no list', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 2, status: 'RUNNING' }))
    const onRecord = vi.fn()
    const onProgress = vi.fn()
    const onList = vi.fn()
    store.on(ID, onRecord)
    store.onProgress(ID, onProgress)
    store.observe(onList, vi.fn())
    store.accept(aGeneration({ version: 2, status: 'RUNNING', progress: aProgress() }))
    expect(onProgress).toHaveBeenCalledOnce()
    expect(onRecord).not.toHaveBeenCalled()
    expect(onList).not.toHaveBeenCalled()
  })
})

describe('silence', () => {
  test('unfinished ones count from the last news or the last question', () => {
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

  test('finished ones are never asked for', () => {
    let now = 0
    const store = new GenerationStore(() => now)
    store.accept(aGeneration({ status: 'RUNNING', version: 2 }))
    store.accept(aGeneration({ status: 'FAILED', version: 3 }))
    now = 60_000
    expect(store.staleFor(20_000)).toEqual([])
  })
})

describe('changes that the server has not answered yet', () => {
  test('show at once and give way to the answer', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 1 }))
    const settle = store.applyOptimistic([ID], { favorite: true })
    expect(store.get(ID)?.favorite).toBe(true)
    store.accept(aGeneration({ version: 2, favorite: true }))
    settle()
    expect(store.get(ID)?.favorite).toBe(true)
  })

  test('vanish when the server did not take them', () => {
    const store = new GenerationStore()
    store.accept(aGeneration({ version: 1 }))
    store.applyOptimistic([ID], { trashedAt: '2026-11-23T09:00:00.000Z' })()
    expect(store.get(ID)?.trashedAt).toBeNull()
  })
})

test('what an image usually takes is the median of the last runs of its model', () => {
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
  expect(store.usualSeconds('tiny')).toBeNull()
  run(1, 2)
  run(2, 4)
  run(3, 90)
  run(4, 500, 'large')
  expect(store.usualSeconds('tiny')).toBe(4)
})
