import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CancelGenerationDocument,
  DeleteGenerationsDocument,
  PurgeGenerationsDocument,
  RestoreGenerationsDocument,
  RetryGenerationDocument,
  SetFavoriteDocument,
} from '../../graphql/generated/operations'
import type { Studio } from '../../studio/openStudio'
import { useStudio } from '../../studio/StudioContext'
import { showToast } from '../../ui/toast/toastQueue'
import { batchesOf, reportError, type Translate } from './mutations'

/** Functions that close the toasts that offer to undo a deletion, by generation ID. */
const closeUndoOf = new Map<string, () => void>()

function closeUndo(ids: readonly string[]): void {
  for (const id of ids) {
    closeUndoOf.get(id)?.()
    closeUndoOf.delete(id)
  }
}

function createActions({ client, store }: Studio, t: Translate) {
  const moveToTrash = async (ids: readonly string[]) => {
    const trashedAt = new Date().toISOString()
    const clearOptimistic = store.applyOptimistic(ids, () => ({ trashedAt }))
    let succeeded = true
    for (const batch of batchesOf(ids)) {
      const { data, error } = await client.mutation(DeleteGenerationsDocument, { ids: batch })
      succeeded = reportError(data?.deleteGenerations, error, t) && succeeded
    }
    clearOptimistic()
    return succeeded
  }

  const moveFromTrash = async (ids: readonly string[]) => {
    const clearOptimistic = store.applyOptimistic(ids, () => ({ trashedAt: null }))
    let succeeded = true
    for (const batch of batchesOf(ids)) {
      const { data, error } = await client.mutation(RestoreGenerationsDocument, { ids: batch })
      succeeded = reportError(data?.restoreGenerations, error, t) && succeeded
    }
    clearOptimistic()
    return succeeded
  }

  return {
    cancel: async (id: string) => {
      const { data, error } = await client.mutation(CancelGenerationDocument, { id })
      reportError(data?.cancelGeneration, error, t)
    },
    retry: async (id: string) => {
      const variables = { id, clientRequestId: crypto.randomUUID() }
      const { data, error } = await client.mutation(RetryGenerationDocument, variables)
      reportError(data?.retryGeneration, error, t)
    },
    setFavorite: async (ids: readonly string[], value: boolean) => {
      const clearOptimistic = store.applyOptimistic(ids, () => ({ favorite: value }))
      for (const batch of batchesOf(ids)) {
        const { data, error } = await client.mutation(SetFavoriteDocument, { ids: batch, value })
        reportError(data?.setFavorite, error, t)
      }
      clearOptimistic()
    },
    /** Move generations to the trash and offer to undo this. */
    remove: async (ids: readonly string[]) => {
      if (!(await moveToTrash(ids))) return
      const undo = { label: t('app.undo'), run: () => void moveFromTrash(ids) }
      const close = showToast(t('history.deleted', { count: ids.length }), undo)
      for (const id of ids) closeUndoOf.set(id, close)
    },
    restore: async (ids: readonly string[]) => {
      closeUndo(ids)
      if (await moveFromTrash(ids)) showToast(t('history.restored', { count: ids.length }))
    },
    /** Delete generations permanently. */
    purge: async (ids: readonly string[]) => {
      closeUndo(ids)
      let purgedCount = 0
      for (const batch of batchesOf(ids)) {
        const { data, error } = await client.mutation(PurgeGenerationsDocument, { ids: batch })
        reportError(data?.purgeGenerations, error, t)
        for (const id of data?.purgeGenerations.purgedIds ?? []) {
          store.remove(id)
          purgedCount += 1
        }
      }
      if (purgedCount > 0) showToast(t('history.purged', { count: purgedCount }))
    },
  }
}

/** Return the actions on existing generations. They report errors as toasts. */
export function useGenerationActions() {
  const studio = useStudio()
  const { t } = useTranslation()
  return useMemo(() => createActions(studio, t), [studio, t])
}
