import type { useTranslation } from 'react-i18next'
import type { UserErrorCode } from '../../graphql/generated/operations'
import { showToast } from '../../ui/toast/toastQueue'

export type Translate = ReturnType<typeof useTranslation>['t']
interface MutationPayload {
  userErrors: readonly { code: UserErrorCode }[]
}

/** Maximum number of IDs per mutation. The server rejects more. */
const BATCH_SIZE = 100

/** Split IDs into the lists of several mutations. */
export function batchesOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / BATCH_SIZE)
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  )
}

/** Show an error as a toast. Returns true if there is none. */
export function reportError(
  payload: MutationPayload | undefined,
  error: { networkError?: Error | undefined } | undefined,
  t: Translate,
): boolean {
  if (!payload) {
    showToast(t(error?.networkError ? 'error.network' : 'error.server'))
    return false
  }
  const first = payload.userErrors[0]
  if (first) showToast(t(`error.${first.code}`))
  return first === undefined
}
