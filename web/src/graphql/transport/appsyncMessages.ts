/** How AppSync is asked to trust a connection and each subscription on it. */
export interface AppsyncAuthorization {
  host: string
  /** The access token as it is, without a scheme. */
  Authorization: string
}

export interface AppsyncError {
  errorType?: string
  errorCode?: number
  message?: string
}

/** What AppSync says on a connection. */
export type AppsyncMessage =
  | { type: 'connection_ack'; payload?: { connectionTimeoutMs?: number } }
  | { type: 'connection_error'; payload?: { errors?: AppsyncError[] } }
  | { type: 'ka' }
  | { type: 'start_ack'; id: string }
  | { type: 'data'; id: string; payload: unknown }
  | { type: 'error'; id?: string; payload?: { errors?: AppsyncError[] } }
  | { type: 'complete'; id: string }

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

/** Whether it is the token that was refused; `Unauthorized` alone speaks of a single field. */
export function isRefused(errors: readonly AppsyncError[]): boolean {
  return errors.some(
    ({ errorType, errorCode }) => errorCode === 401 || errorType === 'UnauthorizedException',
  )
}

/**
 * The realtime endpoint of an API: AppSync's own names have a twin for it, every other name (a
 * custom domain, an emulator) has it under a path.
 */
export function realtimeUrl(graphqlUrl: string): string {
  const url = new URL(graphqlUrl)
  const own = /^(\w+)\.appsync-api\.([\w-]+\.amazonaws\.com(?:\.cn)?)$/.exec(url.hostname)
  if (own) url.hostname = `${own[1]}.appsync-realtime-api.${own[2]}`
  else url.pathname = `${url.pathname.replace(/\/$/, '')}/realtime`
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/**
 * A WebSocket of a browser has no headers: the authorization travels as a subprotocol, where
 * neither addresses nor logs of addresses hold it.
 */
export function subprotocols(authorization: AppsyncAuthorization): string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(authorization))
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const encoded = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return ['graphql-ws', `header-${encoded}`]
}
