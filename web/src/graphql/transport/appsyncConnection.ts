import {
  type AppsyncAuthorization,
  type AppsyncError,
  type AppsyncMessage,
  errorsOf,
  isRefused,
  readAppsyncMessage,
  subprotocols,
} from './appsyncMessages'
import type { SubscriptionRequest } from './transport'

/** AppSync says with its acknowledgement how long its silence may last at most; else this. */
const LONGEST_SILENCE = 300_000

export interface ConnectionEvents {
  /** Subscriptions can be started now. */
  open(): void
  /** All that were started have been taken. */
  ready(): void
  data(id: string, payload: unknown): void
  complete(id: string): void
  error(id: string, errors: AppsyncError[]): void
  /** It is over, by the other side or by its silence; with the token, if that was the reason. */
  lost(refusedToken: string | null): void
}

/** One WebSocket to AppSync, from its opening to its end. It is never opened again. */
export class AppsyncConnection {
  private readonly WebSocketImpl: typeof WebSocket
  private readonly acknowledgeWithin: number
  private readonly events: ConnectionEvents
  private readonly unacknowledged = new Map<string, ReturnType<typeof setTimeout>>()
  private socket: WebSocket | null = null
  private authorization: AppsyncAuthorization | null = null
  private acknowledged = false
  private over = false
  private silence = LONGEST_SILENCE
  private patience: ReturnType<typeof setTimeout> | undefined

  constructor(
    WebSocketImpl: typeof WebSocket,
    acknowledgeWithin: number,
    events: ConnectionEvents,
  ) {
    this.WebSocketImpl = WebSocketImpl
    this.acknowledgeWithin = acknowledgeWithin
    this.events = events
  }

  open(url: string, authorization: AppsyncAuthorization): void {
    this.authorization = authorization
    const socket = new this.WebSocketImpl(url, subprotocols(authorization))
    this.socket = socket
    this.expect(this.acknowledgeWithin)
    socket.onopen = () => this.send({ type: 'connection_init' })
    socket.onmessage = ({ data }) => {
      const message = readAppsyncMessage(data)
      if (message && !this.over) this.take(message)
    }
    socket.onclose = () => this.lose(null)
  }

  /** Before the acknowledgement this does nothing: `open` is when to start what there is. */
  start(id: string, { query, variables }: SubscriptionRequest): void {
    if (!this.acknowledged) return
    const patience = setTimeout(() => this.lose(null), this.acknowledgeWithin)
    this.unacknowledged.set(id, patience)
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
    this.forget(id)
    this.send({ id, type: 'stop' })
  }

  close(): void {
    if (this.over) return
    this.over = true
    clearTimeout(this.patience)
    for (const id of [...this.unacknowledged.keys()]) this.forget(id)
    this.socket?.close(1000)
  }

  private take(message: AppsyncMessage): void {
    this.expect(this.acknowledged ? this.silence : this.acknowledgeWithin)
    switch (message.type) {
      case 'connection_ack':
        this.silence = message.payload?.connectionTimeoutMs ?? LONGEST_SILENCE
        this.acknowledged = true
        this.expect(this.silence)
        this.events.open()
        break
      case 'connection_error':
        this.lose(isRefused(errorsOf(message)) ? this.token() : null)
        break
      case 'start_ack':
        this.forget(message.id)
        if (this.unacknowledged.size === 0) this.events.ready()
        break
      case 'data':
        this.events.data(message.id, message.payload)
        break
      case 'complete':
        this.forget(message.id)
        this.events.complete(message.id)
        break
      case 'error':
        this.fail(message.id, errorsOf(message))
        break
    }
  }

  private fail(id: string | undefined, errors: AppsyncError[]): void {
    if (isRefused(errors)) this.lose(this.token())
    else if (id === undefined) this.lose(null)
    else {
      this.forget(id)
      this.events.error(id, errors)
    }
  }

  private token(): string | null {
    return this.authorization?.Authorization ?? null
  }

  /** AppSync keeps a connection alive by words; one that is silent for too long is gone. */
  private expect(within: number): void {
    clearTimeout(this.patience)
    this.patience = setTimeout(() => this.lose(null), within)
  }

  private forget(id: string): void {
    clearTimeout(this.unacknowledged.get(id))
    this.unacknowledged.delete(id)
  }

  private lose(refusedToken: string | null): void {
    if (this.over) return
    this.close()
    this.events.lost(refusedToken)
  }

  private send(message: unknown): void {
    if (this.socket?.readyState === this.WebSocketImpl.OPEN) {
      this.socket.send(JSON.stringify(message))
    }
  }
}
