import { useMemo, useRef, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  /** Toggle a generation. With `range`, select all from the last toggled one to this one. */
  toggle(id: string, range: boolean): void
  clear(): void
}

/** Keep the selected IDs. IDs that leave `visibleIds` are deselected. */
export function useSelection(visibleIds: readonly string[]): Selection {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const lastToggled = useRef<string | null>(null)
  const ids = useMemo(
    () => (selected.size === 0 ? selected : new Set(visibleIds.filter((id) => selected.has(id)))),
    [selected, visibleIds],
  )
  return {
    ids,
    toggle: (id, range) => {
      const next = new Set(ids)
      const from = visibleIds.indexOf(lastToggled.current ?? '')
      const to = visibleIds.indexOf(id)
      if (range && from !== -1) {
        const between = visibleIds.slice(Math.min(from, to), Math.max(from, to) + 1)
        for (const each of between) next.add(each)
      } else if (!next.delete(id)) {
        next.add(id)
      }
      lastToggled.current = id
      setSelected(next)
    },
    clear: () => setSelected(new Set()),
  }
}
