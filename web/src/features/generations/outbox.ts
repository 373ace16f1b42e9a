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
  | { kind: 'rejected'; errors: UserError[] }
  | { kind: 'failed'; error: CombinedError | undefined }

interface PendingRequest {
  clientRequestId: string
  input: Omit<GenerateImageInput, 'clientRequestId'>
}

const NAME = 'outbox'
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000]

function isPendingRequest(value: unknown): value is PendingRequest {
  return value instanceof Object && 'clientRequestId' in value && 'input' in value
}

function readPending(): PendingRequest[] {
  const stored = readPersonal(NAME)
  return Array.isArray(stored) ? stored.filter(isPendingRequest) : []
}

/** Return the errors of a request that the server rejected before it executed the mutation. */
function inputErrors(error: CombinedError | undefined): UserError[] {
  return (error?.graphQLErrors ?? []).flatMap(({ message, extensions }) => {
    const { code, path } = extensions as { code?: unknown; path?: unknown }
    if (code !== 'INVALID_INPUT') return []
    return [{ code, message, path: Array.isArray(path) ? path.map(String) : [] }]
  })
}

/** Wait for a delay, or until the browser is online again. */
function waitOrOnline(milliseconds: number): Promise<void> {
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
 * Requests without a response. They are stored in the browser and sent again after a network error or
 * a reload. A request keeps its `clientRequestId`, so the server creates one generation for it.
 */
export class Outbox {
  private readonly client: Client
  private readonly wait: (milliseconds: number) => Promise<void>

  constructor(client: Client, wait = waitOrOnline) {
    this.client = client
    this.wait = wait
  }

  /** Send a request and retry it after network errors. Calls `onRetry` before each retry. */
  async submit(input: PendingRequest['input'], onRetry: () => void = () => {}): Promise<Outcome> {
    return this.deliver({ clientRequestId: crypto.randomUUID(), input }, onRetry)
  }

  /** Send the requests that an earlier page could not deliver. */
  async resend(): Promise<Outcome[]> {
    return Promise.all(readPending().map((request) => this.deliver(request, () => {})))
  }

  private async deliver(request: PendingRequest, onRetry: () => void): Promise<Outcome> {
    this.save(request)
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.send(request)
      const isNetworkError = outcome.kind === 'failed' && outcome.error?.networkError !== undefined
      const delay = RETRY_DELAYS_MS[attempt]
      if (!isNetworkError) this.discard(request)
      if (!isNetworkError || delay === undefined) return outcome
      onRetry()
      await this.wait(delay)
    }
  }

  private async send({ clientRequestId, input }: PendingRequest): Promise<Outcome> {
    const variables = { input: { ...input, clientRequestId } }
    const { data, error } = await this.client.mutation(GenerateImageDocument, variables).toPromise()
    if (!data) {
      const errors = inputErrors(error)
      return errors.length > 0 ? { kind: 'rejected', errors } : { kind: 'failed', error }
    }
    const { generation, userErrors } = data.generateImage
    if (generation && userErrors.length === 0) return { kind: 'accepted', generation }
    return { kind: 'rejected', errors: userErrors }
  }

  private save(request: PendingRequest): void {
    this.discard(request)
    writePersonal(NAME, [...readPending(), request])
  }

  private discard({ clientRequestId }: PendingRequest): void {
    writePersonal(
      NAME,
      readPending().filter((request) => request.clientRequestId !== clientRequestId),
    )
  }
}
