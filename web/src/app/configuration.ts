/** The file that Amplify's tools write and read too; the local host answers one of its own. */
const OUTPUTS = '/amplify_outputs.json'

export interface Configuration {
  mode: 'local'
  graphqlUrl: string
  subscriptionUrl: string
  version: string
}

function field(value: unknown, name: string): unknown {
  return value instanceof Object ? (value as Record<string, unknown>)[name] : undefined
}

function text(value: unknown, name: string): string {
  const found = field(value, name)
  if (typeof found !== 'string') throw new Error(`${OUTPUTS} says no custom.studio.${name}`)
  return found
}

/** The subscription's address on the page's own origin, with the WebSocket scheme. */
function webSocketUrl(path: string, base: string): string {
  const url = new URL(path, base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

export function readConfiguration(outputs: unknown, base = window.location.href): Configuration {
  const studio = field(field(outputs, 'custom'), 'studio')
  const mode = text(studio, 'mode')
  if (mode !== 'local') throw new Error(`this page knows no mode ${mode}`)
  return {
    mode,
    graphqlUrl: new URL(text(studio, 'graphqlUrl'), base).href,
    subscriptionUrl: webSocketUrl(text(studio, 'subscriptionUrl'), base),
    version: text(studio, 'version'),
  }
}

export async function loadConfiguration(): Promise<Configuration> {
  const response = await fetch(OUTPUTS, { cache: 'no-cache' })
  if (!response.ok) throw new Error(`${OUTPUTS}: HTTP ${response.status}`)
  return readConfiguration(await response.json())
}
