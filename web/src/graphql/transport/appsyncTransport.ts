import type { TokenSource } from '../client/tokenSource'
import { AppsyncConnection } from './appsyncConnection'
import { reconnectDelay } from './reconnectDelay'
import type { ConnectionState, SubscriptionRequest, SubscriptionSink, Transport } from './transport'

interface Subscription {
  request: SubscriptionRequest
  sink: SubscriptionSink
}

export interface AppsyncTiming {
  /** Timeout for the acknowledgment of a connection, and of each subscription. */
  ackTimeoutMs: number
  /** Time before a connection without subscriptions closes. */
  closeDelayMs: number
  /** Delay in milliseconds before the next connection attempt. */
  reconnectDelay: (retries: number) => number
}

const TIMING: AppsyncTiming = { ackTimeoutMs: 15_000, closeDelayMs: 3_000, reconnectDelay }

/**
 * Create a transport for AppSync's realtime protocol. All subscriptions share one connection. After
 * a connection loss or a token renewal, they restart on a new connection.
 */
export function appsyncTransport(
  graphqlUrl: string,
  realtimeUrl: string,
  tokens: TokenSource,
  WebSocketImpl: typeof WebSocket = WebSocket,
  timing: AppsyncTiming = TIMING,
): Transport {
  const { host } = new URL(graphqlUrl)
  const subscriptions = new Map<string, Subscription>()
  const stateListeners = new Set<() => void>()
  const readyListeners = new Set<() => void>()
  let state: ConnectionState = 'closed'
  let connection: AppsyncConnection | null = null
  let retries = 0
  let reconnecting = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const setState = (next: ConnectionState) => {
    if (state === next) return
    state = next
    for (const listener of stateListeners) listener()
  }

  const connect = async () => {
    reconnecting = false
    if (closed || connection || subscriptions.size === 0) return
    setState('connecting')
    const opening = new AppsyncConnection(WebSocketImpl, timing.ackTimeoutMs, {
      open: () => {
        retries = 0
        setState('open')
        for (const [id, { request }] of subscriptions) opening.start(id, request)
      },
      ready: () => {
        for (const listener of readyListeners) listener()
      },
      data: (id, payload) => subscriptions.get(id)?.sink.next(payload),
      complete: (id) => removeSubscription(id)?.complete(),
      error: (id, errors) => removeSubscription(id)?.error(errors),
      lost: (refusedToken) => {
        if (connection !== opening) return
        connection = null
        reconnecting = true
        setState('closed')
        void reconnect(refusedToken)
      },
    })
    connection = opening
    const token = await tokens.current()
    if (connection !== opening) return
    if (token === null) return disconnect()
    opening.open(realtimeUrl, { host, Authorization: token })
  }

  /** Reconnect with increasing delays. Give up if the session ended because the token is refused. */
  const reconnect = async (refusedToken: string | null) => {
    if (refusedToken !== null) await tokens.refused(refusedToken)
    if (tokens.state() !== 'signed-in') return
    schedule(timing.reconnectDelay(retries), connect)
    retries += 1
  }

  const schedule = (delay: number, action: () => unknown) => {
    clearTimeout(timer)
    timer = setTimeout(action, delay)
  }

  const disconnect = () => {
    clearTimeout(timer)
    const open = connection
    connection = null
    open?.close()
    setState('closed')
  }

  const removeSubscription = (id: string): SubscriptionSink | undefined => {
    const sink = subscriptions.get(id)?.sink
    subscriptions.delete(id)
    return sink
  }

  const stopListeningForRenewal = tokens.onRenewed(() => {
    if (connection === null) return
    disconnect()
    void connect()
  })

  return {
    subscribe: (request, sink) => {
      const id = crypto.randomUUID()
      subscriptions.set(id, { request, sink })
      if (connection !== null) {
        clearTimeout(timer)
        connection.start(id, request)
      } else if (!reconnecting) schedule(0, connect)
      return () => {
        if (!subscriptions.delete(id)) return
        connection?.stop(id)
        if (subscriptions.size === 0) schedule(timing.closeDelayMs, disconnect)
      }
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
      closed = true
      stopListeningForRenewal()
      subscriptions.clear()
      disconnect()
    },
  }
}
