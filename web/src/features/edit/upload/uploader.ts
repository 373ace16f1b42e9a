import type { Client } from '@urql/core'
import {
  CreateUploadDocument,
  type CreateUploadMutation,
} from '../../../graphql/generated/operations'
import { readPersonal, writePersonal } from '../../account/personalStorage'
import { sha256Of } from './sha256'

type CreatedUpload = NonNullable<CreateUploadMutation['createUpload']['upload']>
export type UploadUserError = CreateUploadMutation['createUpload']['userErrors'][number]

export type UploadOutcome =
  | { kind: 'uploaded'; id: string }
  /** The API rejected the declaration of the file. */
  | { kind: 'rejected'; errors: UploadUserError[] }
  /** There was no response. */
  | { kind: 'unreachable' }
  /** The storage refused the file, or the API failed. */
  | { kind: 'failed'; message: string }

interface KnownUpload {
  id: string
  expiresAt: string
}

const NAME = 'uploads'
/** An upload that expires sooner is not used again, so that the request arrives in time. */
const MIN_LIFETIME_MS = 10 * 60_000
/** Longer answers of the storage are not shown. */
const MAX_MESSAGE = 200

/** Uploads files. A file with the same content is uploaded once, until its upload expires. */
export class Uploader {
  private readonly client: Client
  private readonly send: typeof fetch
  private readonly now: () => number

  constructor(
    client: Client,
    send: typeof fetch = (...request) => fetch(...request),
    now: () => number = Date.now,
  ) {
    this.client = client
    this.send = send
    this.now = now
  }

  async upload(file: Blob): Promise<UploadOutcome> {
    const sha256 = await sha256Of(file)
    const known = this.known()[sha256]
    if (known) return { kind: 'uploaded', id: known.id }
    const input = { contentType: file.type, bytes: file.size, sha256 }
    const { data, error } = await this.client.mutation(CreateUploadDocument, { input }).toPromise()
    if (!data) {
      if (error?.networkError) return { kind: 'unreachable' }
      return { kind: 'failed', message: error?.graphQLErrors[0]?.message ?? '' }
    }
    const { upload, userErrors } = data.createUpload
    if (!upload || userErrors.length > 0) return { kind: 'rejected', errors: userErrors }
    const failure = await this.sendFile(upload, file)
    if (failure) return failure
    const { id, expiresAt } = upload
    writePersonal(NAME, { ...this.known(), [sha256]: { id, expiresAt } })
    return { kind: 'uploaded', id }
  }

  /** Forget an upload that the API no longer has, so that its file is uploaded again. */
  forget(id: string): void {
    const others = Object.entries(this.known()).filter(([, known]) => known.id !== id)
    writePersonal(NAME, Object.fromEntries(others))
  }

  private async sendFile(
    { url, method, headers, fields }: CreatedUpload,
    file: Blob,
  ): Promise<UploadOutcome | null> {
    const body = fields.length > 0 ? formOf(fields, file) : file
    const headersToSend = headers.map(({ name, value }): [string, string] => [name, value])
    let response: Response
    try {
      response = await this.send(url, { method, headers: headersToSend, body })
    } catch {
      return { kind: 'unreachable' }
    }
    if (response.ok) return null
    const text = await response.text().catch(() => '')
    // S3 answers with XML, which is not for users.
    const isReadable = text.length <= MAX_MESSAGE && !text.startsWith('<')
    return { kind: 'failed', message: isReadable ? text.trim() : '' }
  }

  /** Return the uploads that can still be used, by the SHA-256 of their file. */
  private known(): Record<string, KnownUpload> {
    const stored = readPersonal(NAME)
    if (!(stored instanceof Object)) return {}
    const latest = this.now() + MIN_LIFETIME_MS
    return Object.fromEntries(
      Object.entries(stored as Record<string, KnownUpload>).filter(
        ([, { expiresAt }]) => Date.parse(expiresAt) > latest,
      ),
    )
  }
}

/** Build the form of a presigned POST. S3 ignores all fields after the file. */
function formOf(fields: CreatedUpload['fields'], file: Blob): FormData {
  const form = new FormData()
  for (const { name, value } of fields) form.append(name, value)
  form.append('file', file)
  return form
}
