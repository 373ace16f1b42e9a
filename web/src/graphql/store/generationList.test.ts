import { describe, expect, test } from 'vitest'
import type { GenerationFilter } from '../generated/operations'
import { aGeneration, idAt } from '../testing/generations'
import type { Generation } from './generation'
import { GenerationList, type Page } from './generationList'
import { GenerationStore } from './generationStore'

const done = (position: number, given: Partial<Generation> = {}) =>
  aGeneration({ id: idAt(position), status: 'SUCCEEDED', version: 3, ...given })

function setUp(pages: (Page | Error)[], filter: GenerationFilter = {}) {
  const store = new GenerationStore()
  const asked: (string | null)[] = []
  const list = new GenerationList(
    store,
    async (_, after) => {
      asked.push(after)
      const page = pages.shift()
      if (!page || page instanceof Error) throw page ?? new Error('no such page')
      for (const generation of page.generations) store.accept(generation)
      return page
    },
    filter,
  )
  list.open()
  return { store, list, asked }
}

function page(positions: number[], hasNextPage = false): Page {
  const last = positions.at(-1)
  return {
    generations: positions.map((position) => done(position)),
    hasNextPage,
    endCursor: last === undefined ? 'empty' : `after ${last}`,
  }
}

const ids = (...positions: number[]) => positions.map(idAt)

describe('pages', () => {
  test('follow each other to the end', async () => {
    const { list, asked } = setUp([page([5, 4], true), page([3, 2])])
    await list.refresh()
    await list.loadMore()
    await list.loadMore()
    expect(list.state()).toMatchObject({ ids: ids(5, 4, 3, 2), hasNextPage: false })
    expect(asked).toEqual([null, 'after 4'])
  })

  test('an empty filtered page is passed over', async () => {
    const { list } = setUp([page([5], true), page([], true), page([2])])
    await list.refresh()
    await list.loadMore()
    expect(list.state().ids).toEqual(ids(5, 2))
  })

  test('a first page without a match is no end either', async () => {
    const { list } = setUp([page([], true), page([], true), page([2])])
    await list.refresh()
    expect(list.state()).toMatchObject({ ids: ids(2), hasNextPage: false })
  })

  test('a failure is told and the next try mends it', async () => {
    const { list } = setUp([new Error('offline'), page([1])])
    await list.refresh()
    expect(list.state().status).toBe('failed')
    await list.refresh()
    expect(list.state()).toMatchObject({ status: 'ready', ids: ids(1) })
  })

  test('after a short gap the newest page joins what is there', async () => {
    const { list } = setUp([page([5, 4], true), page([3, 2], true), page([6, 5], true)])
    await list.refresh()
    await list.loadMore()
    await list.refresh()
    expect(list.state().ids).toEqual(ids(6, 5, 4, 3, 2))
  })

  test('after a long gap the list begins anew, so that nothing is missing in between', async () => {
    const { list, asked } = setUp([page([5, 4], true), page([99, 98], true), page([97], true)])
    await list.refresh()
    await list.refresh()
    expect(list.state().ids).toEqual(ids(99, 98))
    await list.loadMore()
    expect(asked.at(-1)).toBe('after 98')
  })
})

describe('changes', () => {
  test('a new generation takes its place', async () => {
    const { store, list } = setUp([page([5, 3], true)])
    await list.refresh()
    store.accept(done(6))
    store.accept(done(4))
    expect(list.state().ids).toEqual(ids(6, 5, 4, 3))
  })

  test('one older than everything read waits for its page', async () => {
    const { store, list } = setUp([page([5, 4], true)])
    await list.refresh()
    store.accept(done(1))
    expect(list.state().ids).toEqual(ids(5, 4))
  })

  test('what goes to the trash leaves, and comes back when restored', async () => {
    const { store, list } = setUp([page([5, 4])])
    await list.refresh()
    const undo = store.applyOptimistic([idAt(5)], { trashedAt: '2026-11-23T09:00:00.000Z' })
    expect(list.state().ids).toEqual(ids(4))
    undo()
    expect(list.state().ids).toEqual(ids(5, 4))
  })

  test('a list of favorites follows the mark', async () => {
    const { store, list } = setUp([{ ...page([]), generations: [] }], { favorite: true })
    await list.refresh()
    store.accept(done(3, { favorite: true }))
    expect(list.state().ids).toEqual(ids(3))
    store.accept(done(3, { favorite: false, version: 4 }))
    expect(list.state().ids).toEqual([])
  })

  test('only the server knows what a text finds', async () => {
    const { store, list } = setUp([page([5])], { text: 'apple' })
    await list.refresh()
    store.accept(done(6))
    expect(list.state().ids).toEqual(ids(5))
  })

  test('what is made from an image joins what was made from it', async () => {
    const { store, list } = setUp([page([])], { parentId: idAt(1) })
    await list.refresh()
    store.accept(done(6, { parentId: idAt(1) }))
    store.accept(done(7, { parentId: idAt(2) }))
    expect(list.state().ids).toEqual(ids(6))
  })

  test('what is purged is gone', async () => {
    const { store, list } = setUp([page([5, 4])])
    await list.refresh()
    store.forget(idAt(5))
    expect(list.state().ids).toEqual(ids(4))
  })
})
