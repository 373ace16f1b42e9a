import { authorizedFetch } from '../../graphql/client/authorizedFetch'
import type { TokenSource } from '../../graphql/client/tokenSource'

const QUERY = `query NewestId($filter: GenerationFilter) {
  generations(first: 1, filter: $filter) { edges { node { id } } }
}`

/**
 * Create a function that fetches the ID of the newest generation in the history or the trash. It
 * returns null if there is none, or if the server does not respond.
 */
export function newestIdQuery(graphqlUrl: string, tokens: TokenSource, scheme: string) {
  const send = authorizedFetch(tokens, scheme)
  return async (trashed: boolean): Promise<string | null> => {
    try {
      const response = await send(graphqlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: QUERY, variables: { filter: { trashed } } }),
      })
      const { data } = await response.json()
      return data?.generations.edges[0]?.node.id ?? null
    } catch {
      return null
    }
  }
}
