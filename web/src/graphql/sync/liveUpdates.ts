import type { Client } from '@urql/core'
import { GenerationDocument, GenerationUpdatedDocument } from '../generated/operations'
import type { GenerationStore } from '../store/generationStore'
import type { Transport } from '../transport/transport'

/** An unfinished generation without an update for this long is fetched again. */
const STALE_AFTER_MS = 20_000
const CHECK_INTERVAL_MS = 5_000
const RESUBSCRIBE_DELAY_MS = 5_000

/**
 * Keep the store up to date. Subscribes before it requests a snapshot, initially and after every
 * reconnect, so that no event is missed. The merge exchange passes the events to the store. Returns
 * a function that stops the updates.
 */
export function startLiveUpdates(
  client: Client,
  store: GenerationStore,
  transport: Transport,
  fetchSnapshot: () => void,
): () => void {
  let stopped = false
  let unsubscribe = () => {}
  let resubscribeTimer: ReturnType<typeof setTimeout> | undefined

  const subscribe = () => {
    if (stopped) return
    let ended = false
    const onEnd = () => {
      if (ended || stopped) return
      ended = true
      // The server ends the subscription of a client that reads too slowly.
      resubscribeTimer = setTimeout(subscribe, RESUBSCRIBE_DELAY_MS)
    }
    const subscription = client
      .subscription(GenerationUpdatedDocument, {})
      .subscribe((result) => (result.error || !result.hasNext ? onEnd() : undefined))
    unsubscribe = () => subscription.unsubscribe()
  }

  const refetchStale = () => {
    for (const id of store.staleFor(STALE_AFTER_MS)) {
      store.markRefetched(id)
      void client.query(GenerationDocument, { id }, { requestPolicy: 'network-only' }).toPromise()
    }
  }

  const stopListeningForReady = transport.onReady(fetchSnapshot)
  subscribe()
  const timer = setInterval(refetchStale, CHECK_INTERVAL_MS)

  return () => {
    stopped = true
    clearTimeout(resubscribeTimer)
    clearInterval(timer)
    stopListeningForReady()
    unsubscribe()
  }
}
