import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react'
import type { GenerationFilter } from '../graphql/generated/operations'
import type { Generation, Progress } from '../graphql/store/generation'
import type { GenerationList, ListState } from '../graphql/store/generationList'
import type { Studio } from './openStudio'

const StudioContext = createContext<Studio | null>(null)
export const StudioProvider = StudioContext.Provider

export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (studio === null) throw new Error('useStudio stands outside of StudioProvider')
  return studio
}

export function useGeneration(id: string): Generation | undefined {
  const { store } = useStudio()
  return useSyncExternalStore(
    useCallback((wake) => store.on(id, wake), [store, id]),
    () => store.get(id),
  )
}

export function useProgress(id: string): Progress | null {
  const { store } = useStudio()
  return useSyncExternalStore(
    useCallback((wake) => store.onProgress(id, wake), [store, id]),
    () => store.progressOf(id),
  )
}

export function useList(list: GenerationList): ListState {
  return useSyncExternalStore(list.onState, list.state)
}

/** A view of the history with this filter; the filter is compared by what it says. */
export function useHistoryList(filter: GenerationFilter): GenerationList {
  const studio = useStudio()
  const said = JSON.stringify(filter)
  const list = useMemo(() => studio.createList(JSON.parse(said)), [studio, said])
  useEffect(() => {
    const close = list.open()
    void list.refresh()
    return close
  }, [list])
  return list
}

/** Keeps a shown generation's links alive; the result asks for new ones when one is broken. */
export function useLinkRefresh(id: string): () => void {
  const { links } = useStudio()
  useEffect(() => links.show(id), [links, id])
  return useCallback(() => void links.renew(Number.POSITIVE_INFINITY), [links])
}
