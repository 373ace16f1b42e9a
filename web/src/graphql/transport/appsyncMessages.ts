/** Credentials of a connection and of each subscription on it. */
export interface AppsyncAuthorization {
  host: string
  /** The access token, without a scheme. */
  Authorization: string
}

export interface AppsyncError {
  errorType?: string
  errorCode?: number
  message?: string
}

/** Messages from AppSync. */
export type AppsyncMessage =
  | { type: 'connection_ack'; payload?: { connectionTimeoutMs?: number } }
  | { type: 'connection_error'; payload?: { errors?: AppsyncError[] } }
  | { type: 'ka' }
  | { type: 'start_ack'; id: string }
  | { type: 'data'; id: string; payload: unknown }
  | { type: 'error'; id?: string; payload?: { errors?: AppsyncError[] } }
  | { type: 'complete'; id: string }

/** Parse a WebSocket message. Returns null if it is not an AppSync message. */
export function readAppsyncMessage(data: unknown): AppsyncMessage | null {
  try {
    const message = JSON.parse(String(data))
    return message instanceof Object && typeof message.type === 'string' ? message : null
  } catch {
    return null
  }
}

export function errorsOf(message: { payload?: { errors?: AppsyncError[] } }): AppsyncError[] {
  return message.payload?.errors ?? []
}

/**
 * Report whether AppSync rejected the token. The error type `Unauthorized`, without 401, denies a
 * single field and is not a token error.
 */
export function isTokenRefused(errors: readonly AppsyncError[]): boolean {
  return errors.some(
    ({ errorType, errorCode }) => errorCode === 401 || errorType === 'UnauthorizedException',
  )
}

/**
 * Derive the realtime endpoint of an API. AWS uses a separate `appsync-realtime-api` host;
 * custom domains and emulators use the path `/realtime`.
 */
export function realtimeUrl(graphqlUrl: string): string {
  const url = new URL(graphqlUrl)
  const awsHost = /^(\w+)\.appsync-api\.([\w-]+\.amazonaws\.com(?:\.cn)?)$/.exec(url.hostname)
  if (awsHost) url.hostname = `${awsHost[1]}.appsync-realtime-api.${awsHost[2]}`
  else url.pathname = `${url.pathname.replace(/\/$/, '')}/realtime`
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/**
 * Encode the authorization as WebSocket subprotocols. Browsers cannot set headers on a WebSocket,
 * and a query parameter would appear in access logs.
 */
export function subprotocols(authorization: AppsyncAuthorization): string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(authorization))
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const encoded = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return ['graphql-ws', `header-${encoded}`]
}
