import type { Client } from '@urql/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GenerationDocument } from '../generated/operations'
import { GenerationStore } from '../store/generationStore'
import { aGeneration, idAt } from '../testing/generations'
import type { Transport } from '../transport/transport'
import { startLiveUpdates } from './liveUpdates'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function setUp() {
  const store = new GenerationStore()
  const events: string[] = []
  let ready = () => {}
  const client = {
    subscription: () => ({
      subscribe: () => {
        events.push('subscribe')
        return { unsubscribe: () => events.push('unsubscribe') }
      },
    }),
    query: (document: unknown, { id }: { id: string }) => {
      expect(document).toBe(GenerationDocument)
      events.push(`fetch ${id}`)
      return { toPromise: async () => ({}) }
    },
  } as unknown as Client
  const transport = {
    onReady: (listener: () => void) => {
      ready = listener
      return () => {}
    },
  } as unknown as Transport
  const stop = startLiveUpdates(client, store, transport, () => events.push('snapshot'))
  return { store, events, stop, ready: () => ready() }
}

test('subscribes first, and fetches a snapshot whenever the subscription is ready', () => {
  const { events, ready, stop } = setUp()
  ready()
  ready()
  expect(events).toEqual(['subscribe', 'snapshot', 'snapshot'])
  stop()
})

test('refetches an unfinished generation every 20 s without an update', () => {
  const { store, events, stop } = setUp()
  store.accept(aGeneration({ id: idAt(1), status: 'RUNNING' }))
  store.accept(aGeneration({ id: idAt(2), status: 'SUCCEEDED' }))
  vi.advanceTimersByTime(19_000)
  expect(events).toEqual(['subscribe'])
  vi.advanceTimersByTime(6_000)
  expect(events).toEqual(['subscribe', `fetch ${idAt(1)}`])
  vi.advanceTimersByTime(20_000)
  expect(events.filter((event) => event.startsWith('fetch'))).toHaveLength(2)
  stop()
  vi.advanceTimersByTime(60_000)
  expect(events.at(-1)).toBe('unsubscribe')
})
