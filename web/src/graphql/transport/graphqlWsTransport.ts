import { createClient } from 'graphql-ws/client'
import type { TokenSource } from '../client/tokenSource'
import { reconnectDelay } from './reconnectDelay'
import type { ConnectionState, Transport } from './transport'

/** Close codes by which a host says that it does not accept the token (any more). */
const REFUSED = new Set([4401, 4403])

function isRefusal(event: unknown): boolean {
  return event instanceof Object && 'code' in event && REFUSED.has(event.code as number)
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
    // A token that can be renewed is, by the time that `current` answers.
    shouldRetry: (event) => !isRefusal(event) || tokens.state() === 'signed-in',
    connectionParams: async () => {
      sent = await tokens.current()
      return sent === null ? {} : { Authorization: `Bearer ${sent}` }
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
        if (isRefusal(event) && sent !== null) void tokens.refused(sent)
      },
    },
  })
  let awaitingPong = false
  let sent: string | null = null
  // The host ends the connection together with its token.
  const forgetRenewed = tokens.onRenewed(() => state === 'open' && client.terminate())

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
      forgetRenewed()
      void client.dispose()
    },
  }
}
