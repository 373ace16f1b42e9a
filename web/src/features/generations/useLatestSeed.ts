import { useList, useStudio } from '../../studio/StudioContext'

/** Return the seed of the latest generation. Null if there is none. */
export function useLatestSeed(): number | null {
  const { recent, store } = useStudio()
  const { ids } = useList(recent)
  return store.get(ids[0] ?? '')?.seed ?? null
}
