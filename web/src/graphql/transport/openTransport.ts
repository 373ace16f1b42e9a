import type { Configuration } from '../../studio/configuration'
import type { TokenSource } from '../client/tokenSource'
import { appsyncTransport } from './appsyncTransport'
import { graphqlWsTransport } from './graphqlWsTransport'
import type { Transport } from './transport'

/** Create the subscription transport for the API's protocol. */
export function openTransport(configuration: Configuration, tokens: TokenSource): Transport {
  const { protocol, graphqlUrl, subscriptionUrl } = configuration
  return protocol === 'appsync'
    ? appsyncTransport(graphqlUrl, subscriptionUrl, tokens)
    : graphqlWsTransport(subscriptionUrl, tokens)
}

/** Return the prefix of the `Authorization` header. AppSync expects the token without one. */
export function tokenScheme({ protocol }: Configuration): string {
  return protocol === 'appsync' ? '' : 'Bearer '
}
