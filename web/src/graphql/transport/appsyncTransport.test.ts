// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { AppsyncServer } from '../testing/appsyncServer'
import { fakeTokens } from '../testing/fakeTokens'
import { realtimeUrl, subprotocols } from './appsyncMessages'
import { type AppsyncTiming, appsyncTransport } from './appsyncTransport'
import type { Transport } from './transport'

const request = {
  query: 'subscription ($id: ID) { generationUpdated(id: $id) { id } }',
  variables: { id: 'a' },
}
const TIMING: AppsyncTiming = {
  ackTimeoutMs: 300,
  closeDelayMs: 30,
  reconnectDelay: () => 20,
}

let server: AppsyncServer
let url: string
let transport: Transport
const opened: Transport[] = []

beforeEach(async () => {
  server = new AppsyncServer()
  url = await server.start()
})

afterEach(async () => {
  for (const one of opened.splice(0)) one.close()
  await server.stop()
})

function open(tokens = fakeTokens('abc'), timing: Partial<AppsyncTiming> = {}) {
  const Impl = NodeWebSocket as unknown as typeof WebSocket
  transport = appsyncTransport(url, realtimeUrl(url), tokens, Impl, { ...TIMING, ...timing })
  opened.push(transport)
  const ready = vi.fn()
  transport.onReady(ready)
  return { tokens, ready }
}

function subscribe() {
  const sink = { next: vi.fn(), error: vi.fn(), complete: vi.fn() }
  return { sink, unsubscribe: transport.subscribe(request, sink) }
}

const waitForCalls = (mock: ReturnType<typeof vi.fn>, count: number) =>
  vi.waitFor(() => expect(mock).toHaveBeenCalledTimes(count))

describe('a subscription', () => {
  test('sends the token in the subprotocol and in the start message', async () => {
    const { ready } = open()
    subscribe()
    await waitForCalls(ready, 1)
    const client = server.latest()
    const authorization = { host: new URL(url).host, Authorization: 'abc' }
    expect(client.header).toEqual(authorization)
    expect(client.received.map(({ type }) => type)).toEqual(['connection_init', 'start'])
    expect(client.received[1]?.payload).toEqual({
      data: JSON.stringify(request),
      extensions: { authorization },
    })
    expect(transport.state()).toBe('open')
  })

  test('receives its own data only', async () => {
    const { ready } = open()
    const [first, second] = [subscribe(), subscribe()]
    await waitForCalls(ready, 1)
    const [id] = server.subscriptions(server.latest())
    const payload = { data: { generationUpdated: { id: 'a' } } }
    server.latest().send({ id, type: 'data', payload })
    await waitForCalls(first.sink.next, 1)
    expect(first.sink.next).toHaveBeenCalledWith(payload)
    expect(second.sink.next).not.toHaveBeenCalled()
  })

  test('reuses an open connection and becomes ready again', async () => {
    const { ready } = open()
    subscribe()
    await waitForCalls(ready, 1)
    subscribe()
    await waitForCalls(ready, 2)
    expect(server.clients).toHaveLength(1)
  })

  test('sends stop when unsubscribed, and the last one closes the connection', async () => {
    const { ready } = open()
    const { unsubscribe, sink } = subscribe()
    await waitForCalls(ready, 1)
    unsubscribe()
    await vi.waitFor(() => expect(server.subscriptions(server.latest())).toEqual([]))
    await vi.waitFor(() => expect(transport.state()).toBe('closed'))
    expect(sink.complete).not.toHaveBeenCalled()
  })

  test('ends when AppSync sends complete or error', async () => {
    const { ready } = open()
    const [ended, refused] = [subscribe(), subscribe()]
    await waitForCalls(ready, 1)
    const [first, second] = server.subscriptions(server.latest())
    server.latest().send({ id: first, type: 'complete' })
    await waitForCalls(ended.sink.complete, 1)
    const errors = [{ errorType: 'Unauthorized', message: 'Not Authorized to access the field' }]
    server.latest().send({ id: second, type: 'error', payload: { errors } })
    await waitForCalls(refused.sink.error, 1)
    expect(refused.sink.error).toHaveBeenCalledWith(errors)
    expect(transport.state()).toBe('open')
  })
})

describe('connection loss', () => {
  test('restarts all subscriptions on a new connection', async () => {
    const { ready } = open()
    const { sink } = subscribe()
    subscribe()
    await waitForCalls(ready, 1)
    server.latest().drop()
    await waitForCalls(ready, 2)
    expect(server.clients).toHaveLength(2)
    expect(server.subscriptions(server.latest())).toHaveLength(2)
    expect(sink.error).not.toHaveBeenCalled()
  })

  test('is detected when no message arrives within the idle timeout', async () => {
    server.connectionTimeoutMs = 80
    const { ready } = open()
    subscribe()
    await waitForCalls(ready, 2)
    expect(server.clients).toHaveLength(2)
  })

  test('is not assumed while keep-alive messages arrive', async () => {
    server.connectionTimeoutMs = 300
    const { ready } = open()
    subscribe()
    await waitForCalls(ready, 1)
    const keepAlive = setInterval(() => server.latest().send({ type: 'ka' }), 40)
    await new Promise((done) => setTimeout(done, 700))
    clearInterval(keepAlive)
    expect(server.clients).toHaveLength(1)
  })

  test('is assumed when a start is not acknowledged', async () => {
    server.sendsStartAck = false
    const { ready } = open(undefined, { ackTimeoutMs: 60 })
    subscribe()
    await vi.waitFor(() => expect(server.clients.length).toBeGreaterThan(1))
    expect(ready).not.toHaveBeenCalled()
    server.sendsStartAck = true
    await waitForCalls(ready, 1)
  })
})

describe('token', () => {
  test('reconnects when it is renewed', async () => {
    server.accepted = new Set(['old', 'new'])
    const { tokens, ready } = open(fakeTokens('old', 'new'))
    subscribe()
    await waitForCalls(ready, 1)
    tokens.renew()
    await waitForCalls(ready, 2)
    expect(server.latest().header.Authorization).toBe('new')
    expect(tokens.refused).not.toHaveBeenCalled()
  })

  test('reports a refused token and retries with the next one', async () => {
    server.accepted = new Set(['new'])
    const { tokens, ready } = open(fakeTokens('old', 'new'))
    subscribe()
    await waitForCalls(ready, 1)
    expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('old')
    expect(server.latest().header.Authorization).toBe('new')
  })

  test('reports a token that is refused for a start message', async () => {
    const { tokens, ready } = open(fakeTokens('abc', 'new'))
    subscribe()
    await waitForCalls(ready, 1)
    server.accepted = new Set(['new'])
    subscribe()
    await waitForCalls(ready, 2)
    expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('abc')
    expect(server.subscriptions(server.latest())).toHaveLength(2)
  })

  test('stops reconnecting when no other token is available', async () => {
    server.accepted = new Set()
    const { tokens } = open()
    subscribe()
    await waitForCalls(tokens.refused, 1)
    await new Promise((done) => setTimeout(done, 100))
    expect(server.clients).toHaveLength(1)
    expect(transport.state()).toBe('closed')
  })
})

test.each([
  [
    'https://abcdefghijklmnopqrstuvwxyz.appsync-api.eu-central-1.amazonaws.com/graphql',
    'wss://abcdefghijklmnopqrstuvwxyz.appsync-realtime-api.eu-central-1.amazonaws.com/graphql',
  ],
  ['https://api.example.com/graphql', 'wss://api.example.com/graphql/realtime'],
  ['http://127.0.0.1:4000/graphql', 'ws://127.0.0.1:4000/graphql/realtime'],
])('the realtime endpoint of %s is %s', (graphqlUrl, expected) => {
  expect(realtimeUrl(graphqlUrl)).toBe(expected)
})

test('encodes the authorization with the characters allowed in a subprotocol', () => {
  const [protocol, header] = subprotocols({ host: 'häuser.example', Authorization: 'a>b?c~~' })
  expect(protocol).toBe('graphql-ws')
  expect(header).toMatch(/^header-[\w-]+$/)
})
