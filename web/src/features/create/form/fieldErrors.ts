import type { TFunction } from 'i18next'
import type { Outcome } from '../../generations/outbox'

/** A reason why a request was not accepted. */
export interface FieldError {
  /** Name of the input field. Null if the error concerns no visible field. */
  field: string | null
  message: string
}

const VISIBLE_FIELDS = new Set([
  'prompt',
  'negativePrompt',
  'steps',
  'guidanceScale',
  'seed',
  'count',
  'style',
])

/** Convert the outcome of a request to messages for the form. */
export function toFieldErrors(outcome: Outcome, t: TFunction): FieldError[] {
  if (outcome.kind === 'accepted') return []
  if (outcome.kind === 'failed') {
    const isNetworkError = outcome.error?.networkError !== undefined
    return [{ field: null, message: t(isNetworkError ? 'error.network' : 'error.server') }]
  }
  return outcome.errors.map(({ code, message, path }) => {
    const name = path.at(-1) ?? ''
    // The translated text names the problem, and the server's message the limit.
    return {
      field: VISIBLE_FIELDS.has(name) ? name : null,
      message: `${t(`error.${code}`)} ${message}`,
    }
  })
}

export function errorFor(fieldErrors: readonly FieldError[], field: string): string | undefined {
  return fieldErrors.find((error) => error.field === field)?.message
}
