import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeTokens } from '../testing/fakeTokens'
import { FakeWebSocket } from '../testing/fakeWebSocket'
import { graphqlWsTransport } from './graphqlWsTransport'

let tokens = fakeTokens('abc')
const sink = { next: vi.fn(), error: vi.fn(), complete: vi.fn() }
const request = { query: 'subscription { generationUpdated { id } }' }

beforeEach(() => {
  vi.useFakeTimers()
  FakeWebSocket.made = []
  tokens = fakeTokens('abc')
})

afterEach(() => {
  vi.useRealTimers()
  vi.clearAllMocks()
})

async function connect(): Promise<FakeWebSocket> {
  await vi.advanceTimersByTimeAsync(0)
  const socket = FakeWebSocket.latest()
  socket.open()
  await vi.advanceTimersByTimeAsync(0)
  socket.receive({ type: 'connection_ack' })
  await vi.advanceTimersByTimeAsync(1)
  return socket
}

function transport() {
  return graphqlWsTransport('ws://studio/graphql', tokens, FakeWebSocket)
}

test('signs in by the payload of connection_init, over the one protocol', async () => {
  transport().subscribe(request, sink)
  const socket = await connect()
  expect(socket.protocol).toBe('graphql-transport-ws')
  expect(socket.sent[0]).toEqual({
    type: 'connection_init',
    payload: { Authorization: 'Bearer abc' },
  })
})

test('is ready once the host has read the subscriptions', async () => {
  const made = transport()
  const ready = vi.fn()
  made.onReady(ready)
  made.subscribe(request, sink)
  const socket = await connect()
  expect(socket.types()).toEqual(['connection_init', 'subscribe', 'ping'])
  expect(ready).not.toHaveBeenCalled()
  socket.receive({ type: 'pong' })
  expect(ready).toHaveBeenCalledOnce()
  expect(made.state()).toBe('open')
})

test('hands on what comes', async () => {
  transport().subscribe(request, sink)
  const socket = await connect()
  const id = socket.sent.find((message) => message.type === 'subscribe')?.id
  socket.receive({ id, type: 'next', payload: { data: { generationUpdated: null } } })
  expect(sink.next).toHaveBeenCalledWith({ data: { generationUpdated: null } })
})

test('subscribes again after a lost connection and is ready again', async () => {
  const made = transport()
  const ready = vi.fn()
  made.onReady(ready)
  made.subscribe(request, sink)
  ;(await connect()).receive({ type: 'pong' })
  FakeWebSocket.latest().end(1006)
  expect(made.state()).toBe('closed')
  await vi.advanceTimersByTimeAsync(20_000)
  expect(FakeWebSocket.made).toHaveLength(2)
  const socket = await connect()
  expect(socket.types()).toContain('subscribe')
  socket.receive({ type: 'pong' })
  expect(ready).toHaveBeenCalledTimes(2)
  expect(sink.error).not.toHaveBeenCalled()
})

test.each([4401, 4403])('a refused token (%i) is told and not tried again', async (code) => {
  transport().subscribe(request, sink)
  await connect()
  FakeWebSocket.latest().end(code)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('abc')
  expect(FakeWebSocket.made).toHaveLength(1)
})

test('a refused token that can be renewed is, and the connection with it', async () => {
  tokens = fakeTokens('old', 'new')
  transport().subscribe(request, sink)
  await connect()
  FakeWebSocket.latest().end(4403)
  await vi.advanceTimersByTimeAsync(1_000)
  expect((await connect()).sent[0]?.payload).toEqual({ Authorization: 'Bearer new' })
  expect(sink.error).not.toHaveBeenCalled()
})

test('a renewed token opens the connection anew, before the old one’s time is over', async () => {
  tokens = fakeTokens('old', 'new')
  const made = transport()
  const ready = vi.fn()
  made.onReady(ready)
  made.subscribe(request, sink)
  ;(await connect()).receive({ type: 'pong' })
  tokens.renew()
  await vi.advanceTimersByTimeAsync(1_000)
  const socket = await connect()
  expect(socket.sent[0]?.payload).toEqual({ Authorization: 'Bearer new' })
  socket.receive({ type: 'pong' })
  expect(ready).toHaveBeenCalledTimes(2)
  expect(tokens.refused).not.toHaveBeenCalled()
})
