import type { Generation } from '../../../graphql/store/generation'
import type { ComparedPair } from '../../compare/compareRoute'

/** Return the first images of two generations, the older one first. Null if there are not exactly two. */
export function pairOf(generations: readonly Generation[]): ComparedPair | null {
  const [older, newer, ...more] = generations
    .filter(({ images }) => images.length > 0)
    .map(({ id }) => ({ id, index: 0 }))
    // IDs sort by creation time.
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return older && newer && more.length === 0 ? [older, newer] : null
}
