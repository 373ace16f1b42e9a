import { Client, fetchExchange } from '@urql/core'
import { expect, test, vi } from 'vitest'
import { DraftImageDocument } from '../generated/operations'
import { sendCancelableMutation } from './cancelableMutation'

const VARIABLES = { input: { prompt: 'a red apple' } }
const ANSWER = { draftImage: { draft: null, userErrors: [] } }

/** A host that answers when it is told to, and hears of requests that are aborted. */
function host() {
  const aborted = vi.fn()
  const answers: (() => void)[] = []
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch: (_, init) =>
      new Promise((resolve, reject) => {
        answers.push(() => resolve(new Response(JSON.stringify({ data: ANSWER }))))
        init?.signal?.addEventListener('abort', () => {
          aborted()
          reject(new DOMException('aborted', 'AbortError'))
        })
      }),
  })
  const asked = (times: number) => vi.waitFor(() => expect(answers).toHaveLength(times))
  return { client, aborted, asked, answer: () => answers.at(-1)?.() }
}

test('the answer arrives', async () => {
  const { client, asked, answer } = host()
  const answered = vi.fn()
  sendCancelableMutation(client, DraftImageDocument, VARIABLES, answered)
  await asked(1)
  answer()
  await vi.waitFor(() => expect(answered).toHaveBeenCalledWith(ANSWER))
})

test('given up, its request is aborted and no answer comes', async () => {
  const { client, aborted, asked } = host()
  const answered = vi.fn()
  const giveUp = sendCancelableMutation(client, DraftImageDocument, VARIABLES, answered)
  await asked(1)
  giveUp()
  await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce())
  expect(answered).not.toHaveBeenCalled()
})

test('the next one is sent though it asks for the same', async () => {
  const { client, asked, answer } = host()
  const answered = vi.fn()
  const giveUp = sendCancelableMutation(client, DraftImageDocument, VARIABLES, answered)
  await asked(1)
  giveUp()
  sendCancelableMutation(client, DraftImageDocument, VARIABLES, answered)
  await asked(2)
  answer()
  await vi.waitFor(() => expect(answered).toHaveBeenCalledOnce())
})
