import type { Fetcher, FetcherParams } from '@graphiql/toolkit'
import { getOperationAST, parse } from 'graphql'
import { authorizedFetch } from '../../graphql/client/authorizedFetch'
import type { TokenSource } from '../../graphql/client/tokenSource'
import type { SubscriptionSink, Transport } from '../../graphql/transport/transport'

export interface FetcherOptions {
  graphqlUrl: string
  /** Prefix of the token in the `Authorization` header. */
  scheme: string
  tokens: TokenSource
  transport(tokens: TokenSource): Transport
}

/** Create a token source for a token that the user entered in GraphiQL's headers editor. */
function fixedToken(authorization: string): TokenSource {
  return {
    current: async () => authorization.replace(/^Bearer\s+/i, ''),
    refused: async () => false,
    onRenewed: () => () => {},
    signOut: async () => {},
    name: () => null,
    state: () => 'signed-in',
    onState: () => () => {},
  }
}

function authorizationIn(headers: Record<string, unknown> | undefined): string | null {
  const entry = Object.entries(headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'authorization',
  )
  return typeof entry?.[1] === 'string' ? entry[1] : null
}

/**
 * Find the operation of a request by parsing the query. After a tab change, GraphiQL still passes the
 * document and operation name of the previous tab.
 */
function operationIn({ query, operationName }: FetcherParams) {
  try {
    const document = parse(query)
    return getOperationAST(document, operationName) ?? getOperationAST(document)
  } catch {
    return null // the server reports the syntax error
  }
}

/**
 * Create a GraphiQL fetcher that uses the page's token and transport. An `Authorization` header from
 * the headers editor takes precedence.
 */
export function studioFetcher(api: FetcherOptions): Fetcher {
  const send = authorizedFetch(api.tokens, api.scheme)
  const transports = new Map<string | null, Transport>()

  const transportFor = (authorization: string | null): Transport => {
    const known = transports.get(authorization)
    if (known) return known
    const tokens = authorization === null ? api.tokens : fixedToken(authorization)
    const created = api.transport(tokens)
    transports.set(authorization, created)
    return created
  }

  const sendRequest = async (
    params: FetcherParams,
    headers: Record<string, string> | undefined,
  ) => {
    const response = await send(api.graphqlUrl, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        ...headers,
        'content-type': 'application/json',
      },
      body: JSON.stringify(params),
    })
    return response.json()
  }

  return (params, options) => {
    const headers = options?.headers as Record<string, string> | undefined
    const operation = operationIn(params)
    const operationName = operation?.name?.value
    if (operation?.operation !== 'subscription') {
      return sendRequest(operation ? { ...params, operationName } : params, headers)
    }
    const request = { query: params.query, variables: params.variables, operationName }
    const transport = transportFor(authorizationIn(headers))
    return {
      subscribe: (observer: unknown) => ({
        // GraphiQL always passes an observer with next, error and complete.
        unsubscribe: transport.subscribe(request, observer as SubscriptionSink),
      }),
    }
  }
}
