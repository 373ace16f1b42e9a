import type { Configuration } from '../../studio/configuration'
import type { TokenSource } from '../client/tokenSource'
import { appsyncTransport } from './appsyncTransport'
import { graphqlWsTransport } from './graphqlWsTransport'
import type { Transport } from './transport'

/** The way that this host's subscriptions travel. */
export function openTransport(configuration: Configuration, tokens: TokenSource): Transport {
  const { protocol, graphqlUrl, subscriptionUrl } = configuration
  return protocol === 'appsync'
    ? appsyncTransport(graphqlUrl, subscriptionUrl, tokens)
    : graphqlWsTransport(subscriptionUrl, tokens)
}

/** What stands before a token in a request: AppSync takes it bare. */
export function tokenScheme({ protocol }: Configuration): string {
  return protocol === 'appsync' ? '' : 'Bearer '
}
