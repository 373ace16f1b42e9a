import { useCallback, useEffect, useState } from 'react'
import type { Generation } from '../../graphql/store/generation'
import { useGeneration, useStudio } from '../../studio/StudioContext'

export interface GenerationLookup {
  generation: Generation | undefined
  /** Why `generation` is undefined. */
  missing: 'loading' | 'notFound' | 'failed'
  refetch(): void
}

/** Read a generation from the store, or fetch it if it is not there. Null: there is none to read. */
export function useGenerationLookup(id: string | null): GenerationLookup {
  const { fetchGeneration } = useStudio()
  const generation = useGeneration(id ?? '')
  const [result, setResult] = useState<{ id: string; responded: boolean } | null>(null)
  const isMissing = generation === undefined
  const refetch = useCallback(() => {
    if (id === null) return
    setResult(null)
    void fetchGeneration(id).then((responded) => setResult({ id, responded }))
  }, [fetchGeneration, id])
  useEffect(() => {
    if (isMissing) refetch()
  }, [isMissing, refetch])
  const missing = result?.id !== id ? 'loading' : result.responded ? 'notFound' : 'failed'
  return { generation, missing, refetch }
}
