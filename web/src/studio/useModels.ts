import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import { ModelsDocument } from '../graphql/generated/operations'
import type { Model } from '../graphql/store/generation'

export interface Models {
  /** Null until the server has responded. */
  models: readonly Model[] | null
  failed: boolean
  refetch(): void
}

/** Load the models. */
export function useModels(): Models {
  const client = useClient()
  const [round, setRound] = useState(0)
  const [state, setState] = useState(() => ({
    models: client.readQuery(ModelsDocument, {})?.data?.models ?? null,
    failed: false,
  }))
  useEffect(() => {
    const requestPolicy = round === 0 ? 'cache-first' : 'network-only'
    const { unsubscribe } = client
      .query(ModelsDocument, {}, { requestPolicy })
      .subscribe(({ data, error }) =>
        setState((previous) => ({
          models: data?.models ?? previous.models,
          failed: error !== undefined,
        })),
      )
    return unsubscribe
  }, [client, round])
  return { ...state, refetch: () => setRound((count) => count + 1) }
}
