import { Client, type Exchange } from '@urql/core'
import { expect, test } from 'vitest'
import { map, pipe } from 'wonka'
import { GenerationDocument, SetFavoriteDocument } from '../generated/operations'
import { GenerationStore } from '../store/generationStore'
import { aGeneration } from '../testing/generations'
import { mergeExchange } from './mergeExchange'

function fakeNetwork(data: unknown): { exchange: Exchange; queries: string[] } {
  const queries: string[] = []
  const exchange: Exchange = () => (operations) =>
    pipe(
      operations,
      map((operation) => {
        queries.push(JSON.stringify(operation.query))
        return { operation, data, stale: false, hasNext: false }
      }),
    )
  return { exchange, queries }
}

function clientWith(store: GenerationStore, exchange: Exchange): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [mergeExchange(store), exchange],
  })
}

test('replaces an outdated record by the stored one', async () => {
  const store = new GenerationStore()
  store.accept(aGeneration({ version: 3, status: 'SUCCEEDED' }))
  const { exchange } = fakeNetwork({ generation: aGeneration({ version: 2, status: 'RUNNING' }) })
  const client = clientWith(store, exchange)
  const { data } = await client.query(GenerationDocument, { id: '1' }).toPromise()
  expect(data?.generation?.status).toBe('SUCCEEDED')
})

test('finds nested generations', async () => {
  const store = new GenerationStore()
  const generations = [aGeneration({ version: 2, favorite: true })]
  const { exchange } = fakeNetwork({ setFavorite: { generations, userErrors: [] } })
  await clientWith(store, exchange).mutation(SetFavoriteDocument, { ids: [], value: true })
  expect(store.get(aGeneration().id)?.favorite).toBe(true)
})

test('adds __typename to queries', async () => {
  const { exchange, queries } = fakeNetwork({ generation: null })
  const client = clientWith(new GenerationStore(), exchange)
  await client.query(GenerationDocument, { id: '1' }).toPromise()
  expect(queries[0]).toContain('__typename')
})
