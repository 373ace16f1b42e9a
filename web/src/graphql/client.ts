import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core'
import { authorizedFetch } from './authorizedFetch'
import type { GenerationStore } from './generationStore'
import { mergeExchange } from './mergeExchange'
import type { TokenSource } from './tokenSource'
import type { Transport } from './transport'

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
