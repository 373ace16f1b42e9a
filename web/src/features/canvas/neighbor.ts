/** The position of an image: a generation ID and an index. */
export interface ImagePosition {
  id: string
  index: number
}

/** Return the previous or next image in the list. Skips generations without images. */
export function neighbor(
  ids: readonly string[],
  { id, index }: ImagePosition,
  step: -1 | 1,
  imageCount: (id: string) => number,
): ImagePosition | null {
  const sibling = index + step
  if (sibling >= 0 && sibling < imageCount(id)) return { id, index: sibling }
  const at = ids.indexOf(id)
  if (at === -1) return null
  for (let position = at + step; ; position += step) {
    const next = ids[position]
    if (next === undefined) return null
    const count = imageCount(next)
    if (count > 0) return { id: next, index: step === 1 ? 0 : count - 1 }
  }
}

/** Return the generation to show after this one is removed: the next older one, else the newer one. */
export function afterRemoval(
  ids: readonly string[],
  id: string,
  imageCount: (id: string) => number,
): ImagePosition | null {
  const lastOfThis = { id, index: Math.max(0, imageCount(id) - 1) }
  const newer = neighbor(ids, { id, index: 0 }, -1, imageCount)
  return neighbor(ids, lastOfThis, 1, imageCount) ?? (newer && { id: newer.id, index: 0 })
}
