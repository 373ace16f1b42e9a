import type { TFunction } from 'i18next'
import type { Outcome } from '../../generations/outbox'

/** The fields that can show an error, with their labels. */
export const FIELD_LABELS = {
  prompt: 'create.prompt',
  negativePrompt: 'create.negativePrompt',
  model: 'create.model',
  width: 'create.width',
  height: 'create.height',
  steps: 'create.steps',
  guidanceScale: 'create.guidance',
  seed: 'create.seed',
  count: 'create.count',
  style: 'create.style',
} as const
export type FieldName = keyof typeof FIELD_LABELS

/** A reason why a request was not accepted. */
export interface FieldError {
  /** Name of the input field. Null if the error concerns no visible field. */
  field: FieldName | null
  message: string
}

/** Codes of errors that another value of the field can resolve. */
const FIELD_CODES: ReadonlySet<string> = new Set(['INVALID_INPUT', 'UNKNOWN_MODEL'])

const isFieldName = (name: string): name is FieldName => name in FIELD_LABELS

/** Convert the outcome of a request to messages for the form. */
export function toFieldErrors(outcome: Outcome, t: TFunction): FieldError[] {
  if (outcome.kind === 'accepted') return []
  if (outcome.kind === 'failed') {
    const isNetworkError = outcome.error?.networkError !== undefined
    const text = t(isNetworkError ? 'error.network' : 'error.server')
    // The server says what an operator can do, for example that the disk is full.
    const reason = outcome.error?.graphQLErrors.find(
      ({ extensions }) => extensions.code === 'UNAVAILABLE',
    )
    return [{ field: null, message: reason ? `${text} ${reason.message}` : text }]
  }
  return outcome.errors.map(({ code, message, path }) => {
    const name = path.at(-1) ?? ''
    // The translated text names the problem, and the server's message the limit.
    return {
      field: FIELD_CODES.has(code) && isFieldName(name) ? name : null,
      message: `${t(`error.${code}`)} ${message}`,
    }
  })
}

export function errorFor(fieldErrors: readonly FieldError[], field: FieldName): string | undefined {
  return fieldErrors.find((error) => error.field === field)?.message
}
