import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CancelGenerationDocument,
  DeleteGenerationsDocument,
  PurgeGenerationsDocument,
  RestoreGenerationsDocument,
  RetryGenerationDocument,
  SetFavoriteDocument,
  type UserErrorCode,
} from '../../graphql/generated/operations'
import type { Studio } from '../../studio/openStudio'
import { useStudio } from '../../studio/StudioContext'
import { showToast } from '../../ui/toast/toastQueue'

type Words = ReturnType<typeof useTranslation>['t']
interface Answer {
  userErrors: readonly { code: UserErrorCode }[]
}

/** The server takes at most so many ids at once. */
const AT_ONCE = 100

function parts(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / AT_ONCE)
  return Array.from({ length: count }, (_, part) => ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE))
}

/** Says what went wrong; true when nothing did. */
function wentWell(
  answer: Answer | undefined,
  error: { networkError?: Error | undefined } | undefined,
  t: Words,
): boolean {
  if (!answer) {
    showToast(t(error?.networkError ? 'error.network' : 'error.server'))
    return false
  }
  const first = answer.userErrors[0]
  if (first) showToast(t(`error.${first.code}`))
  return first === undefined
}

function actions({ client, store }: Studio, t: Words) {
  const moveToTrash = async (ids: readonly string[]) => {
    const clearOptimistic = store.applyOptimistic(ids, { trashedAt: new Date().toISOString() })
    let all = true
    for (const part of parts(ids)) {
      const { data, error } = await client.mutation(DeleteGenerationsDocument, { ids: part })
      all = wentWell(data?.deleteGenerations, error, t) && all
    }
    clearOptimistic()
    return all
  }

  const restore = async (ids: readonly string[]) => {
    const clearOptimistic = store.applyOptimistic(ids, { trashedAt: null })
    let all = true
    for (const part of parts(ids)) {
      const { data, error } = await client.mutation(RestoreGenerationsDocument, { ids: part })
      all = wentWell(data?.restoreGenerations, error, t) && all
    }
    clearOptimistic()
    return all
  }

  return {
    cancel: async (id: string) => {
      const { data, error } = await client.mutation(CancelGenerationDocument, { id })
      wentWell(data?.cancelGeneration, error, t)
    },
    retry: async (id: string) => {
      const variables = { id, clientRequestId: crypto.randomUUID() }
      const { data, error } = await client.mutation(RetryGenerationDocument, variables)
      wentWell(data?.retryGeneration, error, t)
    },
    setFavorite: async (ids: readonly string[], value: boolean) => {
      const clearOptimistic = store.applyOptimistic(ids, { favorite: value })
      for (const part of parts(ids)) {
        const { data, error } = await client.mutation(SetFavoriteDocument, { ids: part, value })
        wentWell(data?.setFavorite, error, t)
      }
      clearOptimistic()
    },
    /** To the trash, with a way back. */
    remove: async (ids: readonly string[]) => {
      if (!(await moveToTrash(ids))) return
      const undo = { label: t('app.undo'), run: () => void restore(ids) }
      showToast(t('history.deleted', { count: ids.length }), undo)
    },
    restore: async (ids: readonly string[]) => {
      if (await restore(ids)) showToast(t('history.restored', { count: ids.length }))
    },
    purge: async (ids: readonly string[]) => {
      let purged = 0
      for (const part of parts(ids)) {
        const { data, error } = await client.mutation(PurgeGenerationsDocument, { ids: part })
        wentWell(data?.purgeGenerations, error, t)
        for (const id of data?.purgeGenerations.purgedIds ?? []) {
          store.forget(id)
          purged += 1
        }
      }
      if (purged > 0) showToast(t('history.purged', { count: purged }))
    },
  }
}

/** What a person can do with what they made. */
export function useGenerationActions() {
  const studio = useStudio()
  const { t } = useTranslation()
  return useMemo(() => actions(studio, t), [studio, t])
}
