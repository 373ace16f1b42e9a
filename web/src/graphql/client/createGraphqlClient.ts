import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core'
import type { GenerationStore } from '../store/generationStore'
import type { Transport } from '../transport/transport'
import { authorizedFetch } from './authorizedFetch'
import { mergeExchange } from './mergeExchange'
import type { TokenSource } from './tokenSource'

/** Create the API client. Generations in its results are merged into `store`. */
export function createGraphqlClient(
  url: string,
  tokens: TokenSource,
  scheme: string,
  transport: Transport,
  store: GenerationStore,
): Client {
  return new Client({
    url,
    fetch: authorizedFetch(tokens, scheme),
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      mergeExchange(store),
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: transport.subscribe(
              { query, variables: variables as Record<string, unknown>, operationName },
              sink as Parameters<Transport['subscribe']>[1],
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  })
}
