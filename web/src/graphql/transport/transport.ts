/** One subscription, as GraphQL says it. */
export interface SubscriptionRequest {
  query: string
  variables?: Record<string, unknown> | undefined
  operationName?: string | undefined
}

export interface SubscriptionSink<T = unknown> {
  next(value: T): void
  error(error: unknown): void
  complete(): void
}

export type ConnectionState = 'connecting' | 'open' | 'closed'

/**
 * How subscriptions travel: graphql-transport-ws at the local host, AppSync's own protocol in an
 * account. Everything above it is the same on both.
 */
export interface Transport {
  /** Begins a subscription and keeps it over reconnects; the answer ends it. */
  subscribe(request: SubscriptionRequest, sink: SubscriptionSink): () => void
  /**
   * Calls back when the server has taken the subscriptions: at first and after each reconnect.
   * A snapshot that is asked for now misses nothing.
   */
  onReady(listener: () => void): () => void
  state(): ConnectionState
  onState(listener: () => void): () => void
  close(): void
}
