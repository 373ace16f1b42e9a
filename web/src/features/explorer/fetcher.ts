import type { Fetcher, FetcherParams } from '@graphiql/toolkit'
import { getOperationAST, parse } from 'graphql'
import { authorizedFetch } from '../../graphql/client/authorizedFetch'
import type { TokenSource } from '../../graphql/client/tokenSource'
import type { SubscriptionSink, Transport } from '../../graphql/transport/transport'

export interface ExplorerHost {
  graphqlUrl: string
  /** What stands before a token in a request. */
  scheme: string
  tokens: TokenSource
  transport(tokens: TokenSource): Transport
}

/** Speaks with a token that was written into GraphiQL's headers editor. */
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
 * The operation that a request runs. Read from its text: right after a change of tabs GraphiQL
 * still hands out the document and the operation's name of the tab before.
 */
function operationIn({ query, operationName }: FetcherParams) {
  try {
    const document = parse(query)
    return getOperationAST(document, operationName) ?? getOperationAST(document)
  } catch {
    return null // the host says what is wrong with it
  }
}

/**
 * GraphiQL's requests over the page's own ways: HTTP with the page's token, subscriptions over
 * its transport. What the headers editor says goes before.
 */
export function studioFetcher(host: ExplorerHost): Fetcher {
  const send = authorizedFetch(host.tokens, host.scheme)
  const transports = new Map<string | null, Transport>()

  const transportFor = (authorization: string | null): Transport => {
    const known = transports.get(authorization)
    if (known) return known
    const tokens = authorization === null ? host.tokens : fixedToken(authorization)
    const made = host.transport(tokens)
    transports.set(authorization, made)
    return made
  }

  const ask = async (params: FetcherParams, headers: Record<string, string> | undefined) => {
    const response = await send(host.graphqlUrl, {
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
      return ask(operation ? { ...params, operationName } : params, headers)
    }
    const request = { query: params.query, variables: params.variables, operationName }
    const transport = transportFor(authorizationIn(headers))
    return {
      subscribe: (observer: unknown) => ({
        // GraphiQL itself always passes an object of all three.
        unsubscribe: transport.subscribe(request, observer as SubscriptionSink),
      }),
    }
  }
}
