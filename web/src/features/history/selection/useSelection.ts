import { useMemo, useRef, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  /** With `range`, everything from the last one chosen to this one. */
  toggle(id: string, range: boolean): void
  clear(): void
}

/** What is chosen among `shown`; what leaves the list is no longer chosen. */
export function useSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string | null>(null)
  const ids = useMemo(
    () => (chosen.size === 0 ? chosen : new Set(shown.filter((id) => chosen.has(id)))),
    [chosen, shown],
  )
  return {
    ids,
    toggle: (id, range) => {
      const next = new Set(ids)
      const from = shown.indexOf(last.current ?? '')
      const to = shown.indexOf(id)
      if (range && from !== -1) {
        const between = shown.slice(Math.min(from, to), Math.max(from, to) + 1)
        for (const each of between) next.add(each)
      } else if (!next.delete(id)) {
        next.add(id)
      }
      last.current = id
      setChosen(next)
    },
    clear: () => setChosen(new Set()),
  }
}
