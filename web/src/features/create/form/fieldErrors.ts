import type { TFunction } from 'i18next'
import type { Outcome } from '../../generations/outbox'

/** What kept a request from being accepted, in words, beside the field that caused it. */
export interface FieldError {
  /** Name of the input's field; null when it is about none or one that is not shown. */
  field: string | null
  message: string
}

const SHOWN = new Set([
  'prompt',
  'negativePrompt',
  'steps',
  'guidanceScale',
  'seed',
  'count',
  'style',
])

export function fieldErrorsOf(outcome: Outcome, t: TFunction): FieldError[] {
  if (outcome.kind === 'accepted') return []
  if (outcome.kind === 'failed') {
    const unreachable = outcome.error?.networkError !== undefined
    return [{ field: null, message: t(unreachable ? 'error.network' : 'error.server') }]
  }
  return outcome.errors.map(({ code, message, path }) => {
    const name = path.at(-1) ?? ''
    // The server's own words name the limit; the page's are in the reader's language.
    return { field: SHOWN.has(name) ? name : null, message: `${t(`error.${code}`)} ${message}` }
  })
}

export function errorFor(fieldErrors: readonly FieldError[], field: string): string | undefined {
  return fieldErrors.find((complaint) => complaint.field === field)?.message
}
