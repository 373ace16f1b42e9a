import { parse } from 'graphql'
import { expect, test, vi } from 'vitest'
import type { TokenSource } from '../../graphql/client/tokenSource'
import { studioFetcher } from './fetcher'

const QUERY = 'query Viewer { viewer { username } }'
const SUBSCRIPTION = 'subscription GenerationUpdated { generationUpdated { id } }'

const tokens: TokenSource = {
  current: async () => 'token',
  refused: async () => false,
  onRenewed: () => () => {},
  signOut: async () => {},
  name: () => null,
  state: () => 'signed-in',
  onState: () => () => {},
}

function fetcherWithSocket() {
  const subscribe = vi.fn(() => () => {})
  const fetcher = studioFetcher({
    graphqlUrl: '/graphql',
    scheme: 'Bearer ',
    tokens,
    transport: () => ({ subscribe }) as never,
  })
  return { fetcher, subscribe }
}

test('a subscription uses the transport even if GraphiQL passes the previous tab’s document', () => {
  const { fetcher, subscribe } = fetcherWithSocket()
  const observable = fetcher(
    { query: SUBSCRIPTION, operationName: 'Viewer' },
    { documentAST: parse(QUERY) },
  ) as unknown as { subscribe: (observer: object) => void }
  observable.subscribe({})
  expect(subscribe).toHaveBeenCalledWith(
    expect.objectContaining({ query: SUBSCRIPTION, operationName: 'GenerationUpdated' }),
    expect.anything(),
  )
})

test.each([
  ['a query', QUERY, 'Viewer'],
  ['an invalid document', 'query {', undefined],
])('%s is sent over HTTP', async (_, query, operationName) => {
  const sent = vi.fn(async () => new Response('{"data":null}'))
  vi.stubGlobal('fetch', sent)
  const { fetcher, subscribe } = fetcherWithSocket()
  await fetcher({ query }, {})
  const [[, init]] = sent.mock.calls as unknown as [[string, RequestInit]]
  expect(JSON.parse(String(init.body))).toEqual({ query, operationName })
  expect(subscribe).not.toHaveBeenCalled()
  vi.unstubAllGlobals()
})
