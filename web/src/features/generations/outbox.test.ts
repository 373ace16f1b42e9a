import { type Client, CombinedError } from '@urql/core'
import { beforeEach, expect, test, vi } from 'vitest'
import type { GenerateImageInput } from '../../graphql/generated/operations'
import { aGeneration } from '../../graphql/testing/generations'
import { Outbox } from './outbox'

const lost = { error: new CombinedError({ networkError: new Error('no answer') }) }
const accepted = { data: { generateImage: { generation: aGeneration(), userErrors: [] } } }
const refused = {
  data: {
    generateImage: {
      generation: null,
      userErrors: [
        { code: 'INVALID_INPUT', message: 'steps: at most 100', path: ['input', 'steps'] },
      ],
    },
  },
}

/** A host that answers so, one after the other; a missing answer never comes. */
function host(...answers: unknown[]) {
  const inputs: GenerateImageInput[] = []
  const client = {
    mutation: (_: unknown, { input }: { input: GenerateImageInput }) => ({
      toPromise: () => {
        inputs.push(input)
        return answers.length > 0 ? Promise.resolve(answers.shift()) : new Promise(() => {})
      },
    }),
  } as unknown as Client
  return { client, inputs }
}

const atOnce = async () => {}

beforeEach(() => localStorage.clear())

test('sends with a key of its own for each request', async () => {
  const { client, inputs } = host(accepted, accepted)
  const outbox = new Outbox(client, atOnce)
  const outcome = await outbox.submit({ prompt: 'a red apple' })
  await outbox.submit({ prompt: 'a red apple' })
  expect(outcome.kind).toBe('accepted')
  expect(inputs[0]?.clientRequestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(inputs[1]?.clientRequestId).not.toBe(inputs[0]?.clientRequestId)
})

test('a lost answer is asked for again with the same key', async () => {
  const { client, inputs } = host(lost, lost, accepted)
  const onRetry = vi.fn()
  const outcome = await new Outbox(client, atOnce).submit({ prompt: 'a red apple' }, onRetry)
  expect(outcome.kind).toBe('accepted')
  expect(new Set(inputs.map((input) => input.clientRequestId)).size).toBe(1)
  expect(onRetry).toHaveBeenCalledTimes(2)
})

test('a refusal is final', async () => {
  const { client, inputs } = host(refused)
  const outcome = await new Outbox(client, atOnce).submit({ prompt: 'a red apple' })
  expect(outcome).toMatchObject({ kind: 'refused', errors: [{ code: 'INVALID_INPUT' }] })
  expect(inputs).toHaveLength(1)
})

test('what a closed page could not deliver, the next one sends with the same key', async () => {
  const before = host()
  void new Outbox(before.client, atOnce).submit({ prompt: 'a red apple' })
  const after = host(accepted)
  await new Outbox(after.client, atOnce).resend()
  expect(after.inputs).toEqual(before.inputs)
  const later = host()
  expect(await new Outbox(later.client, atOnce).resend()).toEqual([])
})
