import type { Client, CombinedError } from '@urql/core'
import {
  GenerateImageDocument,
  type GenerateImageInput,
  type GenerateImageMutation,
} from '../../graphql/generated/operations'
import type { Generation } from '../../graphql/store/generation'
import { readPersonal, writePersonal } from '../account/personalStorage'

type UserError = GenerateImageMutation['generateImage']['userErrors'][number]

export type Outcome =
  | { kind: 'accepted'; generation: Generation }
  | { kind: 'refused'; errors: UserError[] }
  | { kind: 'failed'; error: CombinedError | undefined }

interface PendingRequest {
  clientRequestId: string
  input: Omit<GenerateImageInput, 'clientRequestId'>
}

const NAME = 'outbox'
const WAITS = [500, 1_000, 2_000, 4_000, 8_000]

function isPendingRequest(value: unknown): value is PendingRequest {
  return value instanceof Object && 'clientRequestId' in value && 'input' in value
}

function readPending(): PendingRequest[] {
  const kept = readPersonal(NAME)
  return Array.isArray(kept) ? kept.filter(isPendingRequest) : []
}

/** Waits, but no longer than until the browser is back online. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    window.addEventListener('online', done)
  })
}

/**
 * Requests on their way. Each keeps its `clientRequestId` however often it is sent, over a lost
 * answer as over a reload, so that the server makes one generation of it.
 */
export class Outbox {
  private readonly client: Client
  private readonly wait: (milliseconds: number) => Promise<void>

  constructor(client: Client, wait = pause) {
    this.client = client
    this.wait = wait
  }

  /** `onRetry` hears of every time it was not answered. */
  async submit(input: PendingRequest['input'], onRetry: () => void = () => {}): Promise<Outcome> {
    return this.deliver({ clientRequestId: crypto.randomUUID(), input }, onRetry)
  }

  /** Sends again what a page before this one could not deliver. */
  async resend(): Promise<Outcome[]> {
    return Promise.all(readPending().map((request) => this.deliver(request, () => {})))
  }

  private async deliver(request: PendingRequest, onRetry: () => void): Promise<Outcome> {
    this.keep(request)
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.send(request)
      const unanswered = outcome.kind === 'failed' && outcome.error?.networkError !== undefined
      const delay = WAITS[attempt]
      if (!unanswered) this.drop(request)
      if (!unanswered || delay === undefined) return outcome
      onRetry()
      await this.wait(delay)
    }
  }

  private async send({ clientRequestId, input }: PendingRequest): Promise<Outcome> {
    const variables = { input: { ...input, clientRequestId } }
    const { data, error } = await this.client.mutation(GenerateImageDocument, variables).toPromise()
    if (!data) return { kind: 'failed', error }
    const { generation, userErrors } = data.generateImage
    if (generation && userErrors.length === 0) return { kind: 'accepted', generation }
    return { kind: 'refused', errors: userErrors }
  }

  private keep(request: PendingRequest): void {
    this.drop(request)
    writePersonal(NAME, [...readPending(), request])
  }

  private drop({ clientRequestId }: PendingRequest): void {
    writePersonal(
      NAME,
      readPending().filter((request) => request.clientRequestId !== clientRequestId),
    )
  }
}
