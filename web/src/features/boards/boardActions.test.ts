import type { Client } from '@urql/core'
import { beforeEach, expect, test } from 'vitest'
import {
  CreateBoardDocument,
  DeleteBoardDocument,
  type GenerationFilter,
  GenerationsDocument,
  SetBoardDocument,
} from '../../graphql/generated/operations'
import { GenerationStore } from '../../graphql/store/generationStore'
import { aGeneration, idAt } from '../../graphql/testing/generations'
import { consumeToasts, type ToastMessage } from '../../ui/toast/toastQueue'
import type { Translate } from '../generations/mutations'
import { createBoardActions } from './boardActions'

const FRUIT = { id: 'fruit', name: 'Fruit', createdAt: '2026-11-23T08:00:00.000Z' }
const t = ((key: string) => key) as unknown as Translate

let toasts: ToastMessage[] = []

beforeEach(() => {
  toasts = []
  return consumeToasts((toast) => {
    toasts.push(toast)
    return () => {}
  })
})

type Variables = Record<string, unknown>
type Respond = (variables: Variables) => unknown

/** Actions on a server that answers with the functions, and the requests that it received. */
function setUp(responses: Map<unknown, Respond>) {
  const requests: [unknown, Variables][] = []
  const send = async (document: unknown, variables: Variables) => {
    requests.push([document, variables])
    const data = responses.get(document)?.(variables)
    return data ? { data } : { error: { networkError: new Error('offline') } }
  }
  const client = {
    mutation: send,
    query: (document: unknown, variables: Variables) => ({
      toPromise: () => send(document, variables),
    }),
  } as unknown as Client
  const store = new GenerationStore()
  const variablesOf = (document: unknown) =>
    requests.filter(([sent]) => sent === document).map(([, variables]) => variables)
  return { store, variablesOf, actions: createBoardActions({ client, store }, t) }
}

const ok = { userErrors: [] }
const refused = (code: string) => ({ userErrors: [{ code }] })

test('images are on the board at once, and no longer if the server refuses', async () => {
  const responses = new Map<unknown, Respond>([
    [SetBoardDocument, () => ({ setBoard: refused('TOO_MANY_BOARDS') })],
  ])
  const { store, actions } = setUp(responses)
  store.accept(aGeneration({ boards: ['red'] }))
  const setting = actions.setBoard([idAt(1)], FRUIT.id, true)
  expect(store.get(idAt(1))?.boards).toEqual(['red', 'fruit'])
  expect(await setting).toBe(false)
  expect(store.get(idAt(1))?.boards).toEqual(['red'])
  expect(toasts.map(({ title }) => title)).toEqual(['error.TOO_MANY_BOARDS'])
})

test('more IDs than the server accepts are sent in several requests', async () => {
  const { variablesOf, actions } = setUp(new Map([[SetBoardDocument, () => ({ setBoard: ok })]]))
  const ids = Array.from({ length: 101 }, (_, index) => idAt(index))
  expect(await actions.setBoard(ids, FRUIT.id, true)).toBe(true)
  expect(variablesOf(SetBoardDocument).map(({ ids }) => (ids as string[]).length)).toEqual([100, 1])
})

test('undoing a deletion creates the board again, with all its images', async () => {
  const page = (ids: string[], endCursor: string | null) => ({
    generations: {
      edges: ids.map((id) => ({ node: { id } })),
      pageInfo: { hasNextPage: endCursor !== null, endCursor },
    },
  })
  const { variablesOf, actions } = setUp(
    new Map<unknown, Respond>([
      [
        GenerationsDocument,
        ({ filter, after }) => {
          if ((filter as GenerationFilter).trashed) return page(['trashed'], null)
          return after === null ? page(['new'], 'next') : page(['old'], null)
        },
      ],
      [DeleteBoardDocument, () => ({ deleteBoard: { id: FRUIT.id, ...ok } })],
      [CreateBoardDocument, () => ({ createBoard: { board: { ...FRUIT, id: 'again' }, ...ok } })],
      [SetBoardDocument, () => ({ setBoard: ok })],
    ]),
  )
  expect(await actions.remove(FRUIT)).toBe(true)
  const [toast] = toasts
  expect(toast?.title).toBe('boards.deleted')
  toast?.action?.run()
  await expect
    .poll(() => variablesOf(SetBoardDocument))
    .toEqual([{ ids: ['new', 'old', 'trashed'], board: 'again', value: true }])
  expect(variablesOf(CreateBoardDocument)).toEqual([{ name: 'Fruit' }])
})

test('a board whose images cannot be read is not deleted', async () => {
  const { variablesOf, actions } = setUp(new Map())
  expect(await actions.remove(FRUIT)).toBe(false)
  expect(variablesOf(DeleteBoardDocument)).toEqual([])
  expect(toasts.map(({ title }) => title)).toEqual(['error.network'])
})

test('a refused name is returned, not shown as a toast', async () => {
  const responses = new Map<unknown, Respond>([
    [CreateBoardDocument, () => ({ createBoard: { board: null, ...refused('NAME_TAKEN') } })],
  ])
  expect(await setUp(responses).actions.create('Fruit')).toEqual({ error: 'error.NAME_TAKEN' })
  expect(await setUp(new Map()).actions.create('Fruit')).toEqual({ error: 'error.network' })
  expect(toasts).toEqual([])
})
