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
  if (studio === null) throw new Error('useStudio must be used inside StudioProvider.')
  return studio
}

export function useGeneration(id: string): Generation | undefined {
  const { store } = useStudio()
  return useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.get(id),
  )
}

export function useProgress(id: string): Progress | null {
  const { store } = useStudio()
  return useSyncExternalStore(
    useCallback((listener) => store.subscribeProgress(id, listener), [store, id]),
    () => store.progressOf(id),
  )
}

export function useList(list: GenerationList): ListState {
  return useSyncExternalStore(list.onState, list.state)
}

/** Return those of the generations that are running, and follow changes of their status. */
export function useRunningIds(ids: readonly string[]): readonly string[] {
  const { store } = useStudio()
  const joined = useSyncExternalStore(
    useCallback((listener) => store.observe(listener, listener), [store]),
    () => ids.filter((id) => store.get(id)?.status === 'RUNNING').join(' '),
  )
  return useMemo(() => (joined === '' ? [] : joined.split(' ')), [joined])
}

/**
 * Open a list of the history while the component is mounted, until the filter changes. Without a
 * filter it is the list of recent generations, which is always open, so its images appear at once.
 *
 * @param first - Page size. Undefined: the usual one.
 */
export function useHistoryList(filter: GenerationFilter, first?: number): GenerationList {
  const studio = useStudio()
  const serialized = JSON.stringify(filter)
  const list = useMemo(
    () => (serialized === '{}' ? studio.recent : studio.createList(JSON.parse(serialized), first)),
    [studio, serialized, first],
  )
  useEffect(() => {
    const close = list === studio.recent ? undefined : list.open()
    void list.refresh()
    return close
  }, [list, studio])
  return list
}

/**
 * Refresh a generation's links while the component is mounted. Returns a function that refreshes them
 * now, for use after a load error. Null: there is no generation.
 */
export function useLinkRefresh(id: string | null): () => void {
  const { links } = useStudio()
  useEffect(() => (id === null ? undefined : links.track(id)), [links, id])
  return useCallback(() => void links.refreshAll(), [links])
}
