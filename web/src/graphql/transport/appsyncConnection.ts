import {
  type AppsyncAuthorization,
  type AppsyncError,
  type AppsyncMessage,
  errorsOf,
  isTokenRefused,
  readAppsyncMessage,
  subprotocols,
} from './appsyncMessages'
import type { SubscriptionRequest } from './transport'

/** Used if `connection_ack` does not contain `connectionTimeoutMs`. */
const DEFAULT_IDLE_TIMEOUT_MS = 300_000

export interface ConnectionEvents {
  /** AppSync acknowledged the connection. Subscriptions can start. */
  open(): void
  /** AppSync acknowledged every subscription that was started. */
  ready(): void
  data(id: string, payload: unknown): void
  complete(id: string): void
  error(id: string, errors: AppsyncError[]): void
  /** The connection closed or timed out. `refusedToken` is set if AppSync rejected the token. */
  lost(refusedToken: string | null): void
}

/** One WebSocket connection to AppSync. It cannot be reopened. */
export class AppsyncConnection {
  private readonly WebSocketImpl: typeof WebSocket
  private readonly ackTimeoutMs: number
  private readonly events: ConnectionEvents
  private readonly pendingAcks = new Map<string, ReturnType<typeof setTimeout>>()
  private socket: WebSocket | null = null
  private authorization: AppsyncAuthorization | null = null
  private acknowledged = false
  private closed = false
  private idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS
  private idleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(WebSocketImpl: typeof WebSocket, ackTimeoutMs: number, events: ConnectionEvents) {
    this.WebSocketImpl = WebSocketImpl
    this.ackTimeoutMs = ackTimeoutMs
    this.events = events
  }

  open(url: string, authorization: AppsyncAuthorization): void {
    this.authorization = authorization
    const socket = new this.WebSocketImpl(url, subprotocols(authorization))
    this.socket = socket
    this.restartIdleTimer(this.ackTimeoutMs)
    socket.onopen = () => this.send({ type: 'connection_init' })
    socket.onmessage = ({ data }) => {
      const message = readAppsyncMessage(data)
      if (message && !this.closed) this.handle(message)
    }
    socket.onclose = () => this.lose(null)
  }

  /** Start a subscription. Ignored before the `open` event, on which the owner starts them all. */
  start(id: string, { query, variables }: SubscriptionRequest): void {
    if (!this.acknowledged) return
    const timer = setTimeout(() => this.lose(null), this.ackTimeoutMs)
    this.pendingAcks.set(id, timer)
    this.send({
      id,
      type: 'start',
      payload: {
        data: JSON.stringify({ query, variables }),
        extensions: { authorization: this.authorization },
      },
    })
  }

  stop(id: string): void {
    if (!this.acknowledged) return
    this.clearAckTimer(id)
    this.send({ id, type: 'stop' })
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    clearTimeout(this.idleTimer)
    for (const id of [...this.pendingAcks.keys()]) this.clearAckTimer(id)
    this.socket?.close(1000)
  }

  private handle(message: AppsyncMessage): void {
    this.restartIdleTimer(this.acknowledged ? this.idleTimeoutMs : this.ackTimeoutMs)
    switch (message.type) {
      case 'connection_ack':
        this.idleTimeoutMs = message.payload?.connectionTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS
        this.acknowledged = true
        this.restartIdleTimer(this.idleTimeoutMs)
        this.events.open()
        break
      case 'connection_error':
        this.lose(isTokenRefused(errorsOf(message)) ? this.token() : null)
        break
      case 'start_ack':
        this.clearAckTimer(message.id)
        if (this.pendingAcks.size === 0) this.events.ready()
        break
      case 'data':
        this.events.data(message.id, message.payload)
        break
      case 'complete':
        this.clearAckTimer(message.id)
        this.events.complete(message.id)
        break
      case 'error':
        this.fail(message.id, errorsOf(message))
        break
    }
  }

  private fail(id: string | undefined, errors: AppsyncError[]): void {
    if (isTokenRefused(errors)) this.lose(this.token())
    else if (id === undefined) this.lose(null)
    else {
      this.clearAckTimer(id)
      this.events.error(id, errors)
    }
  }

  private token(): string | null {
    return this.authorization?.Authorization ?? null
  }

  /** AppSync sends keep-alive messages. Treat a connection without any message as lost. */
  private restartIdleTimer(timeoutMs: number): void {
    clearTimeout(this.idleTimer)
    this.idleTimer = setTimeout(() => this.lose(null), timeoutMs)
  }

  private clearAckTimer(id: string): void {
    clearTimeout(this.pendingAcks.get(id))
    this.pendingAcks.delete(id)
  }

  private lose(refusedToken: string | null): void {
    if (this.closed) return
    this.close()
    this.events.lost(refusedToken)
  }

  private send(message: unknown): void {
    if (this.socket?.readyState === this.WebSocketImpl.OPEN) {
      this.socket.send(JSON.stringify(message))
    }
  }
}
