import type { TFunction } from 'i18next'
import type { UserErrorCode } from '../../../graphql/generated/operations'
import type { Outcome } from '../../generations/outbox'
import type { UploadOutcome } from '../upload/uploader'
import type { Missing } from './editForm'

/** The fields that can show an error, by the name that the API gives them. */
const FIELDS = {
  prompt: 'prompt',
  model: 'model',
  operation: 'operation',
  sourceImageId: 'source',
  sourceUploadId: 'source',
  maskUploadId: 'mask',
  strength: 'strength',
  maskFeather: 'maskFeather',
  outpaint: 'outpaint',
  upscaleFactor: 'upscaleFactor',
  count: 'count',
} as const
export type EditField = (typeof FIELDS)[keyof typeof FIELDS]

/** A reason why a request was not sent or not accepted. */
export interface EditError {
  /** Null if the error concerns no field. */
  field: EditField | null
  message: string
  /** Whether the same request can succeed later. */
  retryable: boolean
}

interface UserError {
  code: UserErrorCode
  message: string
  path: readonly string[]
}

export function errorOf(errors: readonly EditError[], field: EditField): string | undefined {
  return errors.find((error) => error.field === field)?.message
}

export function missingError(missing: Missing, t: TFunction): EditError {
  return { field: missing, message: t(`edit.missing.${missing}`), retryable: false }
}

/** Convert the outcome of an upload that did not succeed. `field` is the one that needs the file. */
export function uploadErrors(
  outcome: Exclude<UploadOutcome, { kind: 'uploaded' }>,
  field: 'source' | 'mask',
  t: TFunction,
): EditError[] {
  if (outcome.kind === 'unreachable') {
    const text = navigator.onLine ? 'edit.uploadUnreachable' : 'edit.uploadOffline'
    return [{ field: null, message: t(text), retryable: true }]
  }
  if (outcome.kind === 'failed') {
    const message = `${t('edit.uploadFailed')} ${outcome.message}`.trim()
    return [{ field, message, retryable: true }]
  }
  return outcome.errors.map((error) => ({
    field,
    message: messageOf(error, t),
    retryable: false,
  }))
}

/** Convert the outcome of a request that was not accepted. */
export function submitErrors(
  outcome: Exclude<Outcome, { kind: 'accepted' }>,
  t: TFunction,
): EditError[] {
  if (outcome.kind === 'failed') {
    const isNetworkError = outcome.error?.networkError !== undefined
    // The outbox keeps the request and sends it when the page is opened again.
    const text = isNetworkError ? 'error.network' : 'error.server'
    return [{ field: null, message: t(text), retryable: true }]
  }
  return outcome.errors.map((error) => ({
    field: fieldOf(error),
    message: messageOf(error, t),
    retryable: false,
  }))
}

/** Return the uploads that the API no longer has, by the field that named them. */
export function expiredUploads(outcome: Outcome): ReadonlySet<'source' | 'mask'> {
  const errors = outcome.kind === 'rejected' ? outcome.errors : []
  const names = errors
    .filter(({ code }) => code === 'NOT_FOUND')
    .flatMap(({ path }) => path.filter((name) => name.endsWith('UploadId')))
  return new Set(names.map((name) => (name === 'maskUploadId' ? 'mask' : 'source')))
}

function fieldOf({ path }: UserError): EditField | null {
  const name = path.find((part): part is keyof typeof FIELDS => part in FIELDS)
  return name === undefined ? null : FIELDS[name]
}

function messageOf({ code, message }: UserError, t: TFunction): string {
  // The translated text names the problem, and the server's message the limit.
  return `${t(`error.${code}`)} ${message}`
}
