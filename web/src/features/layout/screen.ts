import { useCallback, useSyncExternalStore } from 'react'

/** Widths from which the layout changes. The style sheets repeat them. */
export const SCREEN = {
  /** Controls and inspector are columns beside the canvas. */
  columns: '(min-width: 1200px)',
  /** There is a rail instead of tabs at the bottom. */
  rail: '(min-width: 768px)',
} as const

/** Report whether a media query matches, and follow changes. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    useCallback(
      (listener) => {
        const list = window.matchMedia(query)
        list.addEventListener('change', listener)
        return () => list.removeEventListener('change', listener)
      },
      [query],
    ),
    () => window.matchMedia(query).matches,
  )
}
