import { useEffect, useState } from 'react'

/** Distance in pixels from the top of the page below which new images are inserted at once. */
const AT_TOP = 80

export interface HeldIds {
  ids: readonly string[]
  /** Number of new images that are not in `ids` yet. */
  newCount: number
  /** Scroll to the top and show all. */
  showNew(): void
}

/**
 * Hold back images that are added at the start of the list while the page is scrolled, because they
 * would shift all others. IDs sort by creation time, newest first.
 */
export function useHeldIds(ids: readonly string[]): HeldIds {
  const [atTop, setAtTop] = useState(() => window.scrollY < AT_TOP)
  const [newestShown, setNewestShown] = useState<string | null>(null)
  useEffect(() => {
    const onScroll = () => setAtTop(window.scrollY < AT_TOP)
    window.addEventListener('scroll', onScroll, { passive: true })
    return () => window.removeEventListener('scroll', onScroll)
  }, [])
  const newest = ids[0] ?? null
  // Adjusted while rendering, so that a new image is never painted for one frame.
  if (newest !== newestShown && (atTop || newestShown === null)) setNewestShown(newest)
  const { held, newCount } = heldBack(ids, atTop ? newest : newestShown)
  return {
    ids: held,
    newCount,
    showNew: () => {
      setNewestShown(newest)
      window.scrollTo({ top: 0 })
    },
  }
}

/** Leave out the IDs that are newer than `newestShown`. */
export function heldBack(ids: readonly string[], newestShown: string | null) {
  if (newestShown === null) return { held: ids, newCount: 0 }
  const first = ids.findIndex((id) => id <= newestShown)
  const newCount = first === -1 ? ids.length : first
  return { held: newCount === 0 ? ids : ids.slice(newCount), newCount }
}
