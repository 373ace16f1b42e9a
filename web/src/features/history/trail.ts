/** One picture of one generation. */
export interface Place {
  id: string
  index: number
}

/** The picture before or after this one; generations without pictures are passed over. */
export function neighbour(
  ids: readonly string[],
  { id, index }: Place,
  step: -1 | 1,
  pictures: (id: string) => number,
): Place | null {
  const inside = index + step
  if (inside >= 0 && inside < pictures(id)) return { id, index: inside }
  const at = ids.indexOf(id)
  if (at === -1) return null
  for (let position = at + step; ; position += step) {
    const next = ids[position]
    if (next === undefined) return null
    const count = pictures(next)
    if (count > 0) return { id: next, index: step === 1 ? 0 : count - 1 }
  }
}
