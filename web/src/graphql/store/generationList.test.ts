import { describe, expect, test } from 'vitest'
import type { GenerationFilter } from '../generated/operations'
import { aGeneration, idAt } from '../testing/generations'
import type { Generation } from './generation'
import { GenerationList, type Page } from './generationList'
import { GenerationStore } from './generationStore'

const finished = (position: number, overrides: Partial<Generation> = {}) =>
  aGeneration({ id: idAt(position), status: 'SUCCEEDED', version: 3, ...overrides })

function setUp(pages: (Page | Error)[], filter: GenerationFilter = {}) {
  const store = new GenerationStore()
  const cursors: (string | null)[] = []
  const list = new GenerationList(
    store,
    async (_, after) => {
      cursors.push(after)
      const page = pages.shift()
      if (!page || page instanceof Error) throw page ?? new Error('unexpected page request')
      for (const generation of page.generations) store.accept(generation)
      return page
    },
    filter,
  )
  list.open()
  return { store, list, cursors }
}

function page(positions: number[], hasNextPage = false): Page {
  const last = positions.at(-1)
  return {
    generations: positions.map((position) => finished(position)),
    hasNextPage,
    endCursor: last === undefined ? 'empty' : `after ${last}`,
  }
}

const ids = (...positions: number[]) => positions.map(idAt)

describe('pages', () => {
  test('are loaded until the last one', async () => {
    const { list, cursors } = setUp([page([5, 4], true), page([3, 2])])
    await list.refresh()
    await list.loadMore()
    await list.loadMore()
    expect(list.state()).toMatchObject({ ids: ids(5, 4, 3, 2), hasNextPage: false })
    expect(cursors).toEqual([null, 'after 4'])
  })

  test('the next page is loaded after a refresh that is in progress', async () => {
    const { list, cursors } = setUp([page([5, 4], true), page([3, 2])])
    const refreshed = list.refresh()
    await list.loadMore()
    await refreshed
    expect(list.state().ids).toEqual(ids(5, 4, 3, 2))
    expect(cursors).toEqual([null, 'after 4'])
  })

  test('two requests for the next page load one page', async () => {
    const { list, cursors } = setUp([page([5], true), page([4], true), page([3])])
    await list.refresh()
    await Promise.all([list.loadMore(), list.loadMore()])
    expect(cursors).toEqual([null, 'after 5'])
  })

  test('an empty page is skipped', async () => {
    const { list } = setUp([page([5], true), page([], true), page([2])])
    await list.refresh()
    await list.loadMore()
    expect(list.state().ids).toEqual(ids(5, 2))
  })

  test('an empty first page is skipped', async () => {
    const { list } = setUp([page([], true), page([], true), page([2])])
    await list.refresh()
    expect(list.state()).toMatchObject({ ids: ids(2), hasNextPage: false })
  })

  test('a failure sets the status, and a refresh recovers', async () => {
    const { list } = setUp([new Error('offline'), page([1])])
    await list.refresh()
    expect(list.state().status).toBe('failed')
    await list.refresh()
    expect(list.state()).toMatchObject({ status: 'ready', ids: ids(1) })
  })

  test('a refresh extends the list if the first page overlaps it', async () => {
    const { list } = setUp([page([5, 4], true), page([3, 2], true), page([6, 5], true)])
    await list.refresh()
    await list.loadMore()
    await list.refresh()
    expect(list.state().ids).toEqual(ids(6, 5, 4, 3, 2))
  })

  test('a refresh restarts the list if the first page does not overlap it', async () => {
    const { list, cursors } = setUp([page([5, 4], true), page([99, 98], true), page([97], true)])
    await list.refresh()
    await list.refresh()
    expect(list.state().ids).toEqual(ids(99, 98))
    await list.loadMore()
    expect(cursors.at(-1)).toBe('after 98')
  })
})

describe('changes', () => {
  test('a new generation is inserted in order', async () => {
    const { store, list } = setUp([page([5, 3], true)])
    await list.refresh()
    store.accept(finished(6))
    store.accept(finished(4))
    expect(list.state().ids).toEqual(ids(6, 5, 4, 3))
  })

  test('a generation older than the loaded pages is not inserted', async () => {
    const { store, list } = setUp([page([5, 4], true)])
    await list.refresh()
    store.accept(finished(1))
    expect(list.state().ids).toEqual(ids(5, 4))
  })

  test('a trashed generation is removed and a restored one inserted', async () => {
    const { store, list } = setUp([page([5, 4])])
    await list.refresh()
    const undo = store.applyOptimistic([idAt(5)], () => ({ trashedAt: '2026-11-23T09:00:00.000Z' }))
    expect(list.state().ids).toEqual(ids(4))
    undo()
    expect(list.state().ids).toEqual(ids(5, 4))
  })

  test('a favorites list follows the favorite flag', async () => {
    const { store, list } = setUp([{ ...page([]), generations: [] }], { favorite: true })
    await list.refresh()
    store.accept(finished(3, { favorite: true }))
    expect(list.state().ids).toEqual(ids(3))
    store.accept(finished(3, { favorite: false, version: 4 }))
    expect(list.state().ids).toEqual([])
  })

  test('the list of a board follows the boards of generations', async () => {
    const { store, list } = setUp([page([])], { board: 'fruit' })
    await list.refresh()
    store.accept(finished(3, { boards: ['fruit', 'red'] }))
    store.accept(finished(4, { boards: ['red'] }))
    expect(list.state().ids).toEqual(ids(3))
    const undo = store.applyOptimistic([idAt(3)], () => ({ boards: ['red'] }))
    expect(list.state().ids).toEqual([])
    undo()
    expect(list.state().ids).toEqual(ids(3))
    store.accept(finished(3, { boards: [], version: 4 }))
    expect(list.state().ids).toEqual([])
  })

  test('a list with a text filter does not insert generations', async () => {
    const { store, list } = setUp([page([5])], { text: 'apple' })
    await list.refresh()
    store.accept(finished(6))
    expect(list.state().ids).toEqual(ids(5))
  })

  test('a list by parent inserts new children', async () => {
    const { store, list } = setUp([page([])], { parentId: idAt(1) })
    await list.refresh()
    store.accept(finished(6, { parentId: idAt(1) }))
    store.accept(finished(7, { parentId: idAt(2) }))
    expect(list.state().ids).toEqual(ids(6))
  })

  test('a purged generation is removed', async () => {
    const { store, list } = setUp([page([5, 4])])
    await list.refresh()
    store.remove(idAt(5))
    expect(list.state().ids).toEqual(ids(4))
  })
})
