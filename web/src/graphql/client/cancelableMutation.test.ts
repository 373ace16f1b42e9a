import { Client, fetchExchange } from '@urql/core'
import { expect, test, vi } from 'vitest'
import { DraftImageDocument } from '../generated/operations'
import { sendCancelableMutation } from './cancelableMutation'

const VARIABLES = { input: { prompt: 'a red apple' } }
const RESPONSE = { draftImage: { draft: null, userErrors: [] } }

/** A server that responds when `respond` is called, and records aborted requests. */
function fakeServer() {
  const aborted = vi.fn()
  const responses: (() => void)[] = []
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch: (_, init) =>
      new Promise((resolve, reject) => {
        responses.push(() => resolve(new Response(JSON.stringify({ data: RESPONSE }))))
        init?.signal?.addEventListener('abort', () => {
          aborted()
          reject(new DOMException('aborted', 'AbortError'))
        })
      }),
  })
  const waitForRequests = (times: number) => vi.waitFor(() => expect(responses).toHaveLength(times))
  return { client, aborted, waitForRequests, respond: () => responses.at(-1)?.() }
}

test('passes the data to the callback', async () => {
  const { client, waitForRequests, respond } = fakeServer()
  const onData = vi.fn()
  sendCancelableMutation(client, DraftImageDocument, VARIABLES, onData)
  await waitForRequests(1)
  respond()
  await vi.waitFor(() => expect(onData).toHaveBeenCalledWith(RESPONSE))
})

test('aborts the request when canceled', async () => {
  const { client, aborted, waitForRequests } = fakeServer()
  const onData = vi.fn()
  const cancel = sendCancelableMutation(client, DraftImageDocument, VARIABLES, onData)
  await waitForRequests(1)
  cancel()
  await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce())
  expect(onData).not.toHaveBeenCalled()
})

test('sends an identical mutation again after a cancellation', async () => {
  const { client, waitForRequests, respond } = fakeServer()
  const onData = vi.fn()
  const cancel = sendCancelableMutation(client, DraftImageDocument, VARIABLES, onData)
  await waitForRequests(1)
  cancel()
  sendCancelableMutation(client, DraftImageDocument, VARIABLES, onData)
  await waitForRequests(2)
  respond()
  await vi.waitFor(() => expect(onData).toHaveBeenCalledOnce())
})
