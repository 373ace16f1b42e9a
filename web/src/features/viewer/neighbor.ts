/** One image of one generation. */
export interface ImagePosition {
  id: string
  index: number
}

/** The image before or after this one; generations without images are passed over. */
export function neighbor(
  ids: readonly string[],
  { id, index }: ImagePosition,
  step: -1 | 1,
  images: (id: string) => number,
): ImagePosition | null {
  const inside = index + step
  if (inside >= 0 && inside < images(id)) return { id, index: inside }
  const at = ids.indexOf(id)
  if (at === -1) return null
  for (let position = at + step; ; position += step) {
    const next = ids[position]
    if (next === undefined) return null
    const count = images(next)
    if (count > 0) return { id: next, index: step === 1 ? 0 : count - 1 }
  }
}
