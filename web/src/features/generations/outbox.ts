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

export interface PendingRequest {
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

/** Report whether a request got no response, and so stays stored. */
export function isNetworkError(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.error?.networkError !== undefined
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
  private readonly observers = new Set<(request: PendingRequest, outcome: Outcome) => void>()
  /** Keys of the requests that this page is sending. */
  private readonly sending = new Set<string>()

  constructor(client: Client, wait = waitOrOnline) {
    this.client = client
    this.wait = wait
  }

  /** Send a request and retry it after network errors. Calls `onRetry` before each retry. */
  async submit(input: PendingRequest['input'], onRetry: () => void = () => {}): Promise<Outcome> {
    return this.deliver({ clientRequestId: crypto.randomUUID(), input }, onRetry)
  }

  /**
   * Send many requests one after the other, in their order. All are stored before the first is sent.
   * If one gets no response, the rest stay stored for `resend`.
   */
  async submitAll(requests: readonly PendingRequest[]): Promise<void> {
    const keys = new Set(requests.map(({ clientRequestId }) => clientRequestId))
    const others = readPending().filter(({ clientRequestId }) => !keys.has(clientRequestId))
    writePersonal(NAME, [...others, ...requests])
    for (const key of keys) this.sending.add(key)
    try {
      for (const request of requests) {
        const outcome = await this.deliver(request, () => {})
        if (isNetworkError(outcome)) return
      }
    } finally {
      for (const key of keys) this.sending.delete(key)
    }
  }

  /** Send the requests that were not delivered, and are not being sent. */
  async resend(): Promise<{ request: PendingRequest; outcome: Outcome }[]> {
    const waiting = readPending().filter((request) => !this.sending.has(request.clientRequestId))
    return Promise.all(
      waiting.map(async (request) => ({
        request,
        outcome: await this.deliver(request, () => {}),
      })),
    )
  }

  /** Call `observer` with each outcome that ends a request, before the request is discarded. */
  observe(observer: (request: PendingRequest, outcome: Outcome) => void): () => void {
    this.observers.add(observer)
    return () => this.observers.delete(observer)
  }

  private async deliver(request: PendingRequest, onRetry: () => void): Promise<Outcome> {
    const { clientRequestId } = request
    this.save(request)
    this.sending.add(clientRequestId)
    try {
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await this.send(request)
        const delay = RETRY_DELAYS_MS[attempt]
        if (!isNetworkError(outcome)) {
          for (const observer of this.observers) observer(request, outcome)
          this.discard(request)
          return outcome
        }
        if (delay === undefined) return outcome
        onRetry()
        await this.wait(delay)
      }
    } finally {
      this.sending.delete(clientRequestId)
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
    const pending = readPending()
    const isSaved = pending.some(
      ({ clientRequestId }) => clientRequestId === request.clientRequestId,
    )
    if (!isSaved) writePersonal(NAME, [...pending, request])
  }

  private discard({ clientRequestId }: PendingRequest): void {
    writePersonal(
      NAME,
      readPending().filter((request) => request.clientRequestId !== clientRequestId),
    )
  }
}
