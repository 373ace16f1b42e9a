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
  acknowledgeWithin: 300,
  closeAfter: 30,
  reconnectDelay: () => 20,
}

let server: AppsyncServer
let url: string
let transport: Transport
const made: Transport[] = []

beforeEach(async () => {
  server = new AppsyncServer()
  url = await server.start()
})

afterEach(async () => {
  for (const one of made.splice(0)) one.close()
  await server.stop()
})

function open(tokens = fakeTokens('abc'), timing: Partial<AppsyncTiming> = {}) {
  const Impl = NodeWebSocket as unknown as typeof WebSocket
  transport = appsyncTransport(url, realtimeUrl(url), tokens, Impl, { ...TIMING, ...timing })
  made.push(transport)
  const ready = vi.fn()
  transport.onReady(ready)
  return { tokens, ready }
}

function subscribe() {
  const sink = { next: vi.fn(), error: vi.fn(), complete: vi.fn() }
  return { sink, unsubscribe: transport.subscribe(request, sink) }
}

const times = (mock: ReturnType<typeof vi.fn>, count: number) =>
  vi.waitFor(() => expect(mock).toHaveBeenCalledTimes(count))

describe('a subscription', () => {
  test('signs in by the subprotocol and again by its own start', async () => {
    const { ready } = open()
    subscribe()
    await times(ready, 1)
    const client = server.latest()
    const authorization = { host: new URL(url).host, Authorization: 'abc' }
    expect(client.header).toEqual(authorization)
    expect(client.said.map(({ type }) => type)).toEqual(['connection_init', 'start'])
    expect(client.said[1]?.payload).toEqual({
      data: JSON.stringify(request),
      extensions: { authorization },
    })
    expect(transport.state()).toBe('open')
  })

  test('hands on what comes, and only its own', async () => {
    const { ready } = open()
    const [first, second] = [subscribe(), subscribe()]
    await times(ready, 1)
    const [id] = server.subscriptions(server.latest())
    const payload = { data: { generationUpdated: { id: 'a' } } }
    server.latest().send({ id, type: 'data', payload })
    await times(first.sink.next, 1)
    expect(first.sink.next).toHaveBeenCalledWith(payload)
    expect(second.sink.next).not.toHaveBeenCalled()
  })

  test('joins an open connection, and makes it ready anew', async () => {
    const { ready } = open()
    subscribe()
    await times(ready, 1)
    subscribe()
    await times(ready, 2)
    expect(server.clients).toHaveLength(1)
  })

  test('that is stopped tells AppSync; the last one closes the connection', async () => {
    const { ready } = open()
    const { unsubscribe, sink } = subscribe()
    await times(ready, 1)
    unsubscribe()
    await vi.waitFor(() => expect(server.subscriptions(server.latest())).toEqual([]))
    await vi.waitFor(() => expect(transport.state()).toBe('closed'))
    expect(sink.complete).not.toHaveBeenCalled()
  })

  test('ends when AppSync ends it or refuses it', async () => {
    const { ready } = open()
    const [ended, refused] = [subscribe(), subscribe()]
    await times(ready, 1)
    const [first, second] = server.subscriptions(server.latest())
    server.latest().send({ id: first, type: 'complete' })
    await times(ended.sink.complete, 1)
    const errors = [{ errorType: 'Unauthorized', message: 'Not Authorized to access the field' }]
    server.latest().send({ id: second, type: 'error', payload: { errors } })
    await times(refused.sink.error, 1)
    expect(refused.sink.error).toHaveBeenCalledWith(errors)
    expect(transport.state()).toBe('open')
  })
})

describe('a lost connection', () => {
  test('is followed by another, where all begin anew', async () => {
    const { ready } = open()
    const { sink } = subscribe()
    subscribe()
    await times(ready, 1)
    server.latest().drop()
    await times(ready, 2)
    expect(server.clients).toHaveLength(2)
    expect(server.subscriptions(server.latest())).toHaveLength(2)
    expect(sink.error).not.toHaveBeenCalled()
  })

  test('is what silence means', async () => {
    server.connectionTimeoutMs = 80
    const { ready } = open()
    subscribe()
    await times(ready, 2)
    expect(server.clients).toHaveLength(2)
  })

  test('is not what a word in time means', async () => {
    server.connectionTimeoutMs = 300
    const { ready } = open()
    subscribe()
    await times(ready, 1)
    const words = setInterval(() => server.latest().send({ type: 'ka' }), 40)
    await new Promise((done) => setTimeout(done, 700))
    clearInterval(words)
    expect(server.clients).toHaveLength(1)
  })

  test('is what a start without acknowledgement means', async () => {
    server.acknowledges = false
    const { ready } = open(undefined, { acknowledgeWithin: 60 })
    subscribe()
    await vi.waitFor(() => expect(server.clients.length).toBeGreaterThan(1))
    expect(ready).not.toHaveBeenCalled()
    server.acknowledges = true
    await times(ready, 1)
  })
})

describe('the token', () => {
  test('when renewed, opens the connection anew with it', async () => {
    server.accepted = new Set(['old', 'new'])
    const { tokens, ready } = open(fakeTokens('old', 'new'))
    subscribe()
    await times(ready, 1)
    tokens.renew()
    await times(ready, 2)
    expect(server.latest().header.Authorization).toBe('new')
    expect(tokens.refused).not.toHaveBeenCalled()
  })

  test('when refused, is told, and the next one tried', async () => {
    server.accepted = new Set(['new'])
    const { tokens, ready } = open(fakeTokens('old', 'new'))
    subscribe()
    await times(ready, 1)
    expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('old')
    expect(server.latest().header.Authorization).toBe('new')
  })

  test('when refused for a start alone, is told too', async () => {
    const { tokens, ready } = open(fakeTokens('abc', 'new'))
    subscribe()
    await times(ready, 1)
    server.accepted = new Set(['new'])
    subscribe()
    await times(ready, 2)
    expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('abc')
    expect(server.subscriptions(server.latest())).toHaveLength(2)
  })

  test('when there is no other, ends it', async () => {
    server.accepted = new Set()
    const { tokens } = open()
    subscribe()
    await times(tokens.refused, 1)
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
])('%s has its realtime endpoint at %s', (graphqlUrl, expected) => {
  expect(realtimeUrl(graphqlUrl)).toBe(expected)
})

test('the authorization is a subprotocol of allowed characters', () => {
  const [protocol, header] = subprotocols({ host: 'häuser.example', Authorization: 'a>b?c~~' })
  expect(protocol).toBe('graphql-ws')
  expect(header).toMatch(/^header-[\w-]+$/)
})
