import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeTokens } from '../testing/fakeTokens'
import { FakeWebSocket } from '../testing/fakeWebSocket'
import { graphqlWsTransport } from './graphqlWsTransport'

let tokens = fakeTokens('abc')
const sink = { next: vi.fn(), error: vi.fn(), complete: vi.fn() }
const request = { query: 'subscription { generationUpdated { id } }' }

beforeEach(() => {
  vi.useFakeTimers()
  FakeWebSocket.instances = []
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

test('sends the token in the connection_init payload', async () => {
  transport().subscribe(request, sink)
  const socket = await connect()
  expect(socket.protocol).toBe('graphql-transport-ws')
  expect(socket.sent[0]).toEqual({
    type: 'connection_init',
    payload: { Authorization: 'Bearer abc' },
  })
})

test('is ready when the pong after the subscriptions arrives', async () => {
  const connection = transport()
  const ready = vi.fn()
  connection.onReady(ready)
  connection.subscribe(request, sink)
  const socket = await connect()
  expect(socket.types()).toEqual(['connection_init', 'subscribe', 'ping'])
  expect(ready).not.toHaveBeenCalled()
  socket.receive({ type: 'pong' })
  expect(ready).toHaveBeenCalledOnce()
  expect(connection.state()).toBe('open')
})

test('passes results to the sink', async () => {
  transport().subscribe(request, sink)
  const socket = await connect()
  const id = socket.sent.find((message) => message.type === 'subscribe')?.id
  socket.receive({ id, type: 'next', payload: { data: { generationUpdated: null } } })
  expect(sink.next).toHaveBeenCalledWith({ data: { generationUpdated: null } })
})

test('resubscribes after a connection loss and becomes ready again', async () => {
  const connection = transport()
  const ready = vi.fn()
  connection.onReady(ready)
  connection.subscribe(request, sink)
  ;(await connect()).receive({ type: 'pong' })
  FakeWebSocket.latest().end(1006)
  expect(connection.state()).toBe('closed')
  await vi.advanceTimersByTimeAsync(20_000)
  expect(FakeWebSocket.instances).toHaveLength(2)
  const socket = await connect()
  expect(socket.types()).toContain('subscribe')
  socket.receive({ type: 'pong' })
  expect(ready).toHaveBeenCalledTimes(2)
  expect(sink.error).not.toHaveBeenCalled()
})

test.each([4401, 4403])(
  'close code %i reports the token as refused and stops reconnecting',
  async (code) => {
    transport().subscribe(request, sink)
    await connect()
    FakeWebSocket.latest().end(code)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('abc')
    expect(FakeWebSocket.instances).toHaveLength(1)
  },
)

test('reconnects with the new token if a refused token was renewed', async () => {
  tokens = fakeTokens('old', 'new')
  transport().subscribe(request, sink)
  await connect()
  FakeWebSocket.latest().end(4403)
  await vi.advanceTimersByTimeAsync(1_000)
  expect((await connect()).sent[0]?.payload).toEqual({ Authorization: 'Bearer new' })
  expect(sink.error).not.toHaveBeenCalled()
})

test('reconnects when the token is renewed', async () => {
  tokens = fakeTokens('old', 'new')
  const connection = transport()
  const ready = vi.fn()
  connection.onReady(ready)
  connection.subscribe(request, sink)
  ;(await connect()).receive({ type: 'pong' })
  tokens.renew()
  await vi.advanceTimersByTimeAsync(1_000)
  const socket = await connect()
  expect(socket.sent[0]?.payload).toEqual({ Authorization: 'Bearer new' })
  socket.receive({ type: 'pong' })
  expect(ready).toHaveBeenCalledTimes(2)
  expect(tokens.refused).not.toHaveBeenCalled()
})
