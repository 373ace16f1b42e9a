import { createClient } from 'graphql-ws/client'
import type { TokenSource } from '../client/tokenSource'
import { reconnectDelay } from './reconnectDelay'
import type { ConnectionState, Transport } from './transport'

/** Close codes for a rejected token: 4401 Unauthorized, 4403 Forbidden. */
const TOKEN_REFUSED_CODES = new Set([4401, 4403])

function isTokenRefused(event: unknown): boolean {
  return event instanceof Object && 'code' in event && TOKEN_REFUSED_CODES.has(event.code as number)
}

/** Create a transport for graphql-transport-ws. The token is in the payload of `connection_init`. */
export function graphqlWsTransport(
  url: string,
  tokens: TokenSource,
  webSocketImpl?: unknown,
): Transport {
  let state: ConnectionState = 'closed'
  const stateListeners = new Set<() => void>()
  const readyListeners = new Set<() => void>()
  const setState = (next: ConnectionState) => {
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
    // If the token can be renewed, the session continues and `current` returns the new one.
    shouldRetry: (event) => !isTokenRefused(event) || tokens.state() === 'signed-in',
    connectionParams: async () => {
      sentToken = await tokens.current()
      return sentToken === null ? {} : { Authorization: `Bearer ${sentToken}` }
    },
    on: {
      connecting: () => setState('connecting'),
      connected: (socket) => {
        setState('open')
        // The protocol does not acknowledge `subscribe`. Servers process messages in order, so the
        // pong for a ping sent after the subscriptions means that they are active.
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
        setState('closed')
        if (isTokenRefused(event) && sentToken !== null) void tokens.refused(sentToken)
      },
    },
  })
  let awaitingPong = false
  let sentToken: string | null = null
  // The server closes a connection when its token expires. Reconnect with the new token first.
  const stopListeningForRenewal = tokens.onRenewed(() => state === 'open' && client.terminate())

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
    close: () => {
      stopListeningForRenewal()
      void client.dispose()
    },
  }
}
