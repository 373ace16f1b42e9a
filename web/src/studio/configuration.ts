import { withBasePath } from '../app/basePath'
import { realtimeUrl } from '../graphql/transport/appsyncMessages'

/** The format is defined by Amplify. The local server generates this file. */
const OUTPUTS = '/amplify_outputs.json'

/** Settings of a Cognito user pool, in Amplify's format. */
export interface CognitoOutputs {
  auth: Record<string, unknown>
  /** URL of a user pool outside AWS, for example an emulator. */
  endpoint: string | null
}

export interface Configuration {
  graphqlUrl: string
  subscriptionUrl: string
  /** Subscription protocol: graphql-transport-ws, or AppSync's realtime protocol. */
  protocol: 'graphql-ws' | 'appsync'
  /** Null if users sign in with a link that the local server prints. */
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

/** Resolve a URL against the page's origin, with the WebSocket scheme. */
function webSocketUrl(path: string, base: string): string {
  const url = new URL(path, base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** Validate the content of `amplify_outputs.json`. Throws if a required section is missing. */
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
  if (appsyncUrl === null)
    throw new Error(
      `${OUTPUTS} must contain \`data.url\`, or \`graphqlUrl\` and \`subscriptionUrl\` in \`custom.studio\`.`,
    )
  if (cognito === null) throw new Error(`${OUTPUTS} must contain \`auth\` if \`data.url\` is set.`)
  return {
    graphqlUrl: appsyncUrl,
    subscriptionUrl: realtimeUrl(appsyncUrl),
    protocol: 'appsync',
    cognito,
    version,
  }
}

export async function loadConfiguration(): Promise<Configuration> {
  const response = await fetch(withBasePath(OUTPUTS))
  if (!response.ok) throw new Error(`${OUTPUTS}: HTTP ${response.status}`)
  return readConfiguration(await response.json())
}
