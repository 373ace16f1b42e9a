import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core'
import type { GenerationStore } from '../store/generationStore'
import type { Transport } from '../transport/transport'
import { authorizedFetch } from './authorizedFetch'
import { mergeExchange } from './mergeExchange'
import type { TokenSource } from './tokenSource'

/** The page's one way to the API. What is stored of generations, the store keeps; see there. */
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
