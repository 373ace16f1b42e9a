import { useCallback, useEffect, useState } from 'react'
import type { Generation } from '../../graphql/store/generation'
import { useGeneration, useStudio } from '../../studio/StudioContext'

export interface GenerationLookup {
  generation: Generation | undefined
  /** Why there is none: it is asked for, there is none for this person, or nobody answered. */
  missing: 'asking' | 'gone' | 'unanswered'
  ask(): void
}

/** A generation that may lie far back in the history, in the trash, or be gone for good. */
export function useGenerationLookup(id: string): GenerationLookup {
  const { fetchGeneration } = useStudio()
  const generation = useGeneration(id)
  const [answer, setAnswer] = useState<{ id: string; answered: boolean } | null>(null)
  const unknown = generation === undefined
  const ask = useCallback(() => {
    setAnswer(null)
    void fetchGeneration(id).then((answered) => setAnswer({ id, answered }))
  }, [fetchGeneration, id])
  useEffect(() => {
    if (unknown) ask()
  }, [unknown, ask])
  const missing = answer?.id !== id ? 'asking' : answer.answered ? 'gone' : 'unanswered'
  return { generation, missing, ask }
}
