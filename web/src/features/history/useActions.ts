import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../app/StudioContext'
import type { Studio } from '../../app/studio'
import {
  CancelGenerationDocument,
  DeleteGenerationsDocument,
  PurgeGenerationsDocument,
  RestoreGenerationsDocument,
  RetryGenerationDocument,
  SetFavoriteDocument,
  type UserErrorCode,
} from '../../graphql/generated/operations'
import { say } from '../../ui/say'

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
    say(t(error?.networkError ? 'error.network' : 'error.server'))
    return false
  }
  const first = answer.userErrors[0]
  if (first) say(t(`error.${first.code}`))
  return first === undefined
}

function actions({ client, store }: Studio, t: Words) {
  const moveToTrash = async (ids: readonly string[]) => {
    const undoForesight = store.foresee(ids, { trashedAt: new Date().toISOString() })
    let all = true
    for (const part of parts(ids)) {
      const { data, error } = await client.mutation(DeleteGenerationsDocument, { ids: part })
      all = wentWell(data?.deleteGenerations, error, t) && all
    }
    undoForesight()
    return all
  }

  const restore = async (ids: readonly string[]) => {
    const undoForesight = store.foresee(ids, { trashedAt: null })
    let all = true
    for (const part of parts(ids)) {
      const { data, error } = await client.mutation(RestoreGenerationsDocument, { ids: part })
      all = wentWell(data?.restoreGenerations, error, t) && all
    }
    undoForesight()
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
      const undoForesight = store.foresee(ids, { favorite: value })
      for (const part of parts(ids)) {
        const { data, error } = await client.mutation(SetFavoriteDocument, { ids: part, value })
        wentWell(data?.setFavorite, error, t)
      }
      undoForesight()
    },
    /** To the trash, with a way back. */
    remove: async (ids: readonly string[]) => {
      if (!(await moveToTrash(ids))) return
      const undo = { label: t('app.undo'), run: () => void restore(ids) }
      say(t('history.deleted', { count: ids.length }), undo)
    },
    restore: async (ids: readonly string[]) => {
      if (await restore(ids)) say(t('history.restored', { count: ids.length }))
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
      if (purged > 0) say(t('history.purged', { count: purged }))
    },
  }
}

/** What a person can do with what they made. */
export function useActions() {
  const studio = useStudio()
  const { t } = useTranslation()
  return useMemo(() => actions(studio, t), [studio, t])
}
