import { useEffect, useMemo, useRef, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  /** Toggle a generation. With `range`, select all from the last toggled one to this one. */
  toggle(id: string, range: boolean): void
  selectAll(): void
  /** Select exactly these generations. */
  replace(ids: Iterable<string>): void
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
    selectAll: () => setSelected(new Set(visibleIds)),
    replace: (next) => setSelected(new Set(next)),
    clear: () => {
      lastToggled.current = null
      setSelected(new Set())
    },
  }
}

/** Elements with their own meaning of the keys: text fields, menus and dialogs. */
const OWN_KEYS =
  'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="dialog"]'

/** Ctrl+A or ⌘A selects all generations, Escape clears the selection, Delete removes it. */
export function useSelectionKeys(selection: Selection, remove: (ids: readonly string[]) => void) {
  const current = useRef({ selection, remove })
  useEffect(() => {
    current.current = { selection, remove }
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.shiftKey) return
      // Dialogs and popovers are rendered outside the page's root.
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest(OWN_KEYS) || document.querySelector('[role="dialog"]')) return
      const { selection, remove } = current.current
      const command = event.ctrlKey || event.metaKey
      if (command && event.key.toLowerCase() === 'a') selection.selectAll()
      else if (command || selection.ids.size === 0) return
      else if (event.key === 'Escape') selection.clear()
      else if (event.key === 'Delete') remove([...selection.ids])
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
