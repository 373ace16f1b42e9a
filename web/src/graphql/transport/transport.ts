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
 * Carries GraphQL subscriptions: over graphql-transport-ws to the local server, over AppSync's
 * realtime protocol to an AWS account.
 */
export interface Transport {
  /** Start a subscription, and restart it after reconnects. Returns a function that stops it. */
  subscribe(request: SubscriptionRequest, sink: SubscriptionSink): () => void
  /**
   * Call `listener` when all subscriptions are active on the server, initially and after each
   * reconnect. A snapshot fetched after this call misses no event.
   */
  onReady(listener: () => void): () => void
  state(): ConnectionState
  onState(listener: () => void): () => void
  close(): void
}
