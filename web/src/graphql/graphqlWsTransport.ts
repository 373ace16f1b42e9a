import { createClient } from 'graphql-ws/client'
import type { TokenSource } from './tokenSource'
import type { ConnectionState, Transport } from './transport'

/** Close codes by which a host says that it does not accept the token (any more). */
const REFUSED = new Set([4401, 4403])
const LONGEST_WAIT = 15_000

function closeCode(event: unknown): number | undefined {
  return event instanceof Object && 'code' in event && typeof event.code === 'number'
    ? event.code
    : undefined
}

/** Doubling with jitter, so that a host that comes back is not met by all pages at once. */
function reconnectDelay(retries: number): number {
  return Math.min(LONGEST_WAIT, 500 * 2 ** retries) * (0.5 + Math.random() / 2)
}

/** Subscriptions over graphql-transport-ws; the token goes into connection_init's payload. */
export function graphqlWsTransport(
  url: string,
  tokens: TokenSource,
  webSocketImpl?: unknown,
): Transport {
  let state: ConnectionState = 'closed'
  const stateListeners = new Set<() => void>()
  const readyListeners = new Set<() => void>()
  const become = (next: ConnectionState) => {
    if (state === next) return
    state = next
    for (const listener of stateListeners) listener()
  }

  const client = createClient({
    url,
    webSocketImpl,
    keepAlive: 12_000,
    lazyCloseTimeout: 3_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (retries) => new Promise((done) => setTimeout(done, reconnectDelay(retries))),
    shouldRetry: (event) => !REFUSED.has(closeCode(event) ?? 0),
    connectionParams: async () => {
      const token = await tokens.current()
      return token === null ? {} : { Authorization: `Bearer ${token}` }
    },
    on: {
      connecting: () => become('connecting'),
      connected: (socket) => {
        become('open')
        // The protocol has no answer to `subscribe`. Hosts read a socket in order, so the pong to a
        // ping that is sent after the subscriptions says that they have been taken.
        setTimeout(() => {
          if (socket instanceof Object && 'send' in socket && typeof socket.send === 'function') {
            socket.send(JSON.stringify({ type: 'ping', payload: { after: 'subscribe' } }))
            awaitingPong = true
          }
        }, 0)
      },
      pong: (received) => {
        if (!received || !awaitingPong) return
        awaitingPong = false
        for (const listener of readyListeners) listener()
      },
      closed: (event) => {
        awaitingPong = false
        become('closed')
        if (REFUSED.has(closeCode(event) ?? 0)) tokens.refused()
      },
    },
  })
  let awaitingPong = false

  return {
    subscribe: (request, sink) => {
      const { query, variables, operationName } = request
      return client.subscribe({ query, variables, operationName }, sink)
    },
    onReady: (listener) => {
      readyListeners.add(listener)
      return () => readyListeners.delete(listener)
    },
    state: () => state,
    onState: (listener) => {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    close: () => void client.dispose(),
  }
}
