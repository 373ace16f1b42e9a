import type { Generation } from '../../graphql/store/generation'
import { type ImagePosition, neighbor } from '../canvas/neighbor'

/**
 * Choose the image to compare an image with: the one that it was made from, else its parent's first
 * image, else the next image in the list, else the one before. Null if there is no other image.
 */
export function compareTarget(
  { id, parentId, sourceImageId }: Pick<Generation, 'id' | 'parentId' | 'sourceImageId'>,
  index: number,
  listed: readonly string[],
  imageCount: (id: string) => number,
): ImagePosition | null {
  const [, sourceId, sourceIndex] = /^(.+)\/(\d+)$/.exec(sourceImageId ?? '') ?? []
  if (sourceId !== undefined) return { id: sourceId, index: Number(sourceIndex) }
  if (parentId != null) return { id: parentId, index: 0 }
  const here = { id, index }
  return neighbor(listed, here, 1, imageCount) ?? neighbor(listed, here, -1, imageCount)
}
