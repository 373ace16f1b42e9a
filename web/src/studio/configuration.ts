import { realtimeUrl } from '../graphql/transport/appsyncMessages'

/** The file that Amplify's tools write and read too; the local host answers one of its own. */
const OUTPUTS = '/amplify_outputs.json'

/** What Amplify says of a Cognito user pool, in its own words. */
export interface CognitoOutputs {
  auth: Record<string, unknown>
  /** Where a pool is asked that is not in AWS. */
  endpoint: string | null
}

export interface Configuration {
  graphqlUrl: string
  subscriptionUrl: string
  /** Whose protocol: GraphQL's own, graphql-transport-ws, or AppSync's. */
  protocol: 'graphql-ws' | 'appsync'
  /** The user pool that signs people in; without one, the link that the host prints does. */
  cognito: CognitoOutputs | null
  version: string
}

type Section = Record<string, unknown>

function section(value: unknown, name: string): Section | null {
  const found = value instanceof Object ? (value as Section)[name] : undefined
  return found instanceof Object ? (found as Section) : null
}

function text(value: Section | null, name: string): string | null {
  const found = value?.[name]
  return typeof found === 'string' ? found : null
}

/** The subscription's address on the page's own origin, with the WebSocket scheme. */
function webSocketUrl(path: string, base: string): string {
  const url = new URL(path, base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

export function readConfiguration(outputs: unknown, base = window.location.href): Configuration {
  const studio = section(section(outputs, 'custom'), 'studio')
  const auth = section(outputs, 'auth')
  const cognito = auth && { auth, endpoint: text(studio, 'userPoolEndpoint') }
  const version = text(studio, 'version') ?? ''
  const graphqlUrl = text(studio, 'graphqlUrl')
  const subscriptionUrl = text(studio, 'subscriptionUrl')
  if (graphqlUrl !== null && subscriptionUrl !== null) {
    return {
      graphqlUrl: new URL(graphqlUrl, base).href,
      subscriptionUrl: webSocketUrl(subscriptionUrl, base),
      protocol: 'graphql-ws',
      cognito,
      version,
    }
  }
  const appsyncUrl = text(section(outputs, 'data'), 'url')
  if (appsyncUrl === null) throw new Error(`${OUTPUTS} names no API`)
  if (cognito === null) throw new Error(`${OUTPUTS} names an AppSync API, but no user pool`)
  return {
    graphqlUrl: appsyncUrl,
    subscriptionUrl: realtimeUrl(appsyncUrl),
    protocol: 'appsync',
    cognito,
    version,
  }
}

export async function loadConfiguration(): Promise<Configuration> {
  const response = await fetch(OUTPUTS)
  if (!response.ok) throw new Error(`${OUTPUTS}: HTTP ${response.status}`)
  return readConfiguration(await response.json())
}
