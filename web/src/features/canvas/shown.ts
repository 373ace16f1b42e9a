/** A generation, and one of its images. Without an index, all of its images. */
export interface Shown {
  id: string
  index: number | null
}

/** Order generations for the filmstrip: running ones first, then the newest first. */
export function stripOrder(ids: readonly string[], running: readonly string[]): readonly string[] {
  if (running.length === 0) return ids
  const isRunning = new Set(running)
  return [...running, ...ids.filter((id) => !isRunning.has(id))]
}

/**
 * Return what the canvas shows: the selected generation. Without a selection, the first one of the
 * filmstrip, so that the canvas follows new generations.
 */
export function shownOf(selected: Shown | null, order: readonly string[]): Shown | null {
  if (selected) return selected
  const [id] = order
  return id === undefined ? null : { id, index: null }
}

/**
 * Return what the previous or next key leads to: an image of the same generation if one of its images
 * fills the canvas, else a generation. Null at the ends.
 */
export function step(
  order: readonly string[],
  { id, index }: Shown,
  direction: -1 | 1,
  imageCount: (id: string) => number,
): Shown | null {
  if (index !== null && imageCount(id) > 1) {
    const sibling = index + direction
    if (sibling >= 0 && sibling < imageCount(id)) return { id, index: sibling }
  }
  const at = order.indexOf(id)
  const next = at === -1 ? undefined : order[at + direction]
  return next === undefined ? null : { id: next, index: null }
}

/** Return what to show after a generation is removed: the next older one, else the newer one. */
export function afterRemovalFrom(order: readonly string[], id: string): Shown | null {
  const at = order.indexOf(id)
  const next = order[at + 1] ?? order[at - 1]
  return at === -1 || next === undefined ? null : { id: next, index: null }
}
