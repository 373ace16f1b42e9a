import { type Client, CombinedError } from '@urql/core'
import { beforeEach, expect, test, vi } from 'vitest'
import type { GenerateImageInput } from '../../graphql/generated/operations'
import { aGeneration } from '../../graphql/testing/generations'
import { Outbox } from './outbox'

const networkError = { error: new CombinedError({ networkError: new Error('no response') }) }
const accepted = { data: { generateImage: { generation: aGeneration(), userErrors: [] } } }
const rejected = {
  data: {
    generateImage: {
      generation: null,
      userErrors: [
        { code: 'INVALID_INPUT', message: 'steps: at most 100', path: ['input', 'steps'] },
      ],
    },
  },
}

/** A server that sends these responses in turn, and then none. */
function fakeServer(...responses: unknown[]) {
  const inputs: GenerateImageInput[] = []
  const client = {
    mutation: (_: unknown, { input }: { input: GenerateImageInput }) => ({
      toPromise: () => {
        inputs.push(input)
        return responses.length > 0 ? Promise.resolve(responses.shift()) : new Promise(() => {})
      },
    }),
  } as unknown as Client
  return { client, inputs }
}

const noDelay = async () => {}

beforeEach(() => localStorage.clear())

test('sends each request with its own key', async () => {
  const { client, inputs } = fakeServer(accepted, accepted)
  const outbox = new Outbox(client, noDelay)
  const outcome = await outbox.submit({ prompt: 'a red apple' })
  await outbox.submit({ prompt: 'a red apple' })
  expect(outcome.kind).toBe('accepted')
  expect(inputs[0]?.clientRequestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(inputs[1]?.clientRequestId).not.toBe(inputs[0]?.clientRequestId)
})

test('retries with the same key after a network error', async () => {
  const { client, inputs } = fakeServer(networkError, networkError, accepted)
  const onRetry = vi.fn()
  const outcome = await new Outbox(client, noDelay).submit({ prompt: 'a red apple' }, onRetry)
  expect(outcome.kind).toBe('accepted')
  expect(new Set(inputs.map((input) => input.clientRequestId)).size).toBe(1)
  expect(onRetry).toHaveBeenCalledTimes(2)
})

test('does not retry a rejected request', async () => {
  const { client, inputs } = fakeServer(rejected)
  const outcome = await new Outbox(client, noDelay).submit({ prompt: 'a red apple' })
  expect(outcome).toMatchObject({ kind: 'rejected', errors: [{ code: 'INVALID_INPUT' }] })
  expect(inputs).toHaveLength(1)
})

test('a request that was rejected before its execution is not a failure', async () => {
  const extensions = { code: 'INVALID_INPUT', path: ['prompt'] }
  const message = '`prompt` must be at most 10000 characters, is 10003.'
  const error = new CombinedError({ graphQLErrors: [{ message, extensions }] })
  const { client } = fakeServer({ error })
  const outcome = await new Outbox(client, noDelay).submit({ prompt: 'fog' })
  expect(outcome).toEqual({
    kind: 'rejected',
    errors: [{ code: 'INVALID_INPUT', message, path: ['prompt'] }],
  })
})

test('other errors of the server are failures', async () => {
  const error = new CombinedError({ graphQLErrors: [{ message: 'Internal error.' }] })
  const { client } = fakeServer({ error })
  const outcome = await new Outbox(client, noDelay).submit({ prompt: 'fog' })
  expect(outcome).toEqual({ kind: 'failed', error })
})

test('resends the requests of an earlier page with the same key', async () => {
  const before = fakeServer()
  void new Outbox(before.client, noDelay).submit({ prompt: 'a red apple' })
  const after = fakeServer(accepted)
  await new Outbox(after.client, noDelay).resend()
  expect(after.inputs).toEqual(before.inputs)
  const later = fakeServer()
  expect(await new Outbox(later.client, noDelay).resend()).toEqual([])
})

test('stores many requests before it sends the first, and sends them in their order', async () => {
  const requests = ['a', 'b', 'c'].map((prompt) => ({
    clientRequestId: `key-${prompt}`,
    input: { prompt },
  }))
  const before = fakeServer(accepted)
  void new Outbox(before.client, noDelay).submitAll(requests)
  // The page is closed while the second request has no response.
  await vi.waitFor(() => expect(before.inputs).toHaveLength(2))
  const after = fakeServer(accepted, accepted)
  await new Outbox(after.client, noDelay).resend()
  const keys = (server: typeof after) => server.inputs.map((input) => input.clientRequestId)
  expect(keys(before)).toEqual(['key-a', 'key-b'])
  expect(keys(after).sort()).toEqual(['key-b', 'key-c'])
})

test('does not send the rest of many requests if one gets no response, until they are resent', async () => {
  const requests = ['a', 'b'].map((prompt) => ({ clientRequestId: prompt, input: { prompt } }))
  const server = fakeServer(...Array.from({ length: 6 }, () => networkError), accepted, accepted)
  const outbox = new Outbox(server.client, noDelay)
  await outbox.submitAll(requests)
  expect(server.inputs.map(({ prompt }) => prompt)).toEqual(['a', 'a', 'a', 'a', 'a', 'a'])
  await outbox.resend()
  expect(server.inputs.slice(6).map(({ prompt }) => prompt)).toEqual(['a', 'b'])
})

test('does not resend a request that is being sent', async () => {
  const server = fakeServer()
  const outbox = new Outbox(server.client, noDelay)
  void outbox.submit({ prompt: 'a' })
  expect(await outbox.resend()).toEqual([])
  expect(server.inputs).toHaveLength(1)
})

test('reports the outcomes of requests before it discards them', async () => {
  const { client } = fakeServer(networkError, accepted, rejected)
  const outbox = new Outbox(client, noDelay)
  const kinds: string[] = []
  outbox.observe((request, { kind }) => {
    kinds.push(kind)
    expect(localStorage.getItem('genai-studio.my.outbox')).toContain(request.clientRequestId)
  })
  await outbox.submit({ prompt: 'a' })
  await outbox.submit({ prompt: 'b' })
  expect(kinds).toEqual(['accepted', 'rejected'])
})
