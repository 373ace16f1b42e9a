import type { Client } from '@urql/core'
import { GenerationDocument, GenerationUpdatedDocument } from '../generated/operations'
import type { GenerationStore } from '../store/generationStore'
import type { Transport } from '../transport/transport'

/** Unfinished generations are asked for again after so much silence. */
const SILENCE = 20_000
const LOOK_EVERY = 5_000
const RESUBSCRIBE_AFTER = 5_000

/**
 * Keeps the store true: subscribes first, and only then calls for a snapshot, at first and after
 * every reconnect. News reach the store by themselves, through the merge exchange.
 */
export function startLiveUpdates(
  client: Client,
  store: GenerationStore,
  transport: Transport,
  snapshot: () => void,
): () => void {
  let stopped = false
  let unsubscribe = () => {}
  let again: ReturnType<typeof setTimeout> | undefined

  const subscribe = () => {
    if (stopped) return
    let ended = false
    const ending = () => {
      if (ended || stopped) return
      ended = true
      // The host ended it, as it does with a reader that is too slow: begin anew.
      again = setTimeout(subscribe, RESUBSCRIBE_AFTER)
    }
    const subscription = client
      .subscription(GenerationUpdatedDocument, {})
      .subscribe((result) => (result.error || !result.hasNext ? ending() : undefined))
    unsubscribe = () => subscription.unsubscribe()
  }

  const askAgain = () => {
    for (const id of store.staleFor(SILENCE)) {
      store.markRefetched(id)
      void client.query(GenerationDocument, { id }, { requestPolicy: 'network-only' }).toPromise()
    }
  }

  const forgetReady = transport.onReady(snapshot)
  subscribe()
  const timer = setInterval(askAgain, LOOK_EVERY)

  return () => {
    stopped = true
    clearTimeout(again)
    clearInterval(timer)
    forgetReady()
    unsubscribe()
  }
}
