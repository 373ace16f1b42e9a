import type { TokenSource } from '../client/tokenSource'
import { AppsyncConnection } from './appsyncConnection'
import { reconnectDelay } from './reconnectDelay'
import type { ConnectionState, SubscriptionRequest, SubscriptionSink, Transport } from './transport'

interface Subscription {
  request: SubscriptionRequest
  sink: SubscriptionSink
}

export interface AppsyncTiming {
  /** Until a connection is acknowledged, and each subscription on it. */
  acknowledgeWithin: number
  /** A connection without subscriptions is kept so long for the next one. */
  closeAfter: number
  reconnectDelay: (retries: number) => number
}

const TIMING: AppsyncTiming = { acknowledgeWithin: 15_000, closeAfter: 3_000, reconnectDelay }

/**
 * Subscriptions over AppSync's realtime protocol. One connection carries them all; when it is lost
 * or its token is renewed, another one takes its place and they begin anew on that.
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
  let returning = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const become = (next: ConnectionState) => {
    if (state === next) return
    state = next
    for (const listener of stateListeners) listener()
  }

  const connect = async () => {
    returning = false
    if (closed || connection || subscriptions.size === 0) return
    become('connecting')
    const made = new AppsyncConnection(WebSocketImpl, timing.acknowledgeWithin, {
      open: () => {
        retries = 0
        become('open')
        for (const [id, { request }] of subscriptions) made.start(id, request)
      },
      ready: () => {
        for (const listener of readyListeners) listener()
      },
      data: (id, payload) => subscriptions.get(id)?.sink.next(payload),
      complete: (id) => end(id)?.complete(),
      error: (id, errors) => end(id)?.error(errors),
      lost: (refusedToken) => {
        if (connection !== made) return
        connection = null
        returning = true
        become('closed')
        void comeBack(refusedToken)
      },
    })
    connection = made
    const token = await tokens.current()
    if (connection !== made) return
    if (token === null) return disconnect()
    made.open(realtimeUrl, { host, Authorization: token })
  }

  /** After a loss: later each time, and not at all with a token that nobody accepts. */
  const comeBack = async (refusedToken: string | null) => {
    if (refusedToken !== null) await tokens.refused(refusedToken)
    if (tokens.state() !== 'signed-in') return
    wait(timing.reconnectDelay(retries), connect)
    retries += 1
  }

  const wait = (delay: number, act: () => unknown) => {
    clearTimeout(timer)
    timer = setTimeout(act, delay)
  }

  const disconnect = () => {
    clearTimeout(timer)
    const open = connection
    connection = null
    open?.close()
    become('closed')
  }

  const end = (id: string): SubscriptionSink | undefined => {
    const sink = subscriptions.get(id)?.sink
    subscriptions.delete(id)
    return sink
  }

  const forgetRenewed = tokens.onRenewed(() => {
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
      } else if (!returning) wait(0, connect)
      return () => {
        if (!subscriptions.delete(id)) return
        connection?.stop(id)
        if (subscriptions.size === 0) wait(timing.closeAfter, disconnect)
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
      forgetRenewed()
      subscriptions.clear()
      disconnect()
    },
  }
}
