import type { EditSource } from '../source/editSource'

export interface BeforeImage {
  /** The image that the shown one was made from. Null shows the source without the mask. */
  url: string | null
  /** Where it is in the shown image, in pixels. */
  place: { left: number; top: number; width: number; height: number }
}

/** Return what to compare a source with: if it is an edit itself, the image that it was made from. */
export function beforeOf(source: EditSource): BeforeImage {
  const { width, height } = source
  if (source.kind === 'file') return { url: null, place: { left: 0, top: 0, width, height } }
  const { sourceUrl, outpaint } = source.generation
  const { left, right, top, bottom } = outpaint ?? { left: 0, right: 0, top: 0, bottom: 0 }
  return {
    url: sourceUrl ?? null,
    place: { left, top, width: width - left - right, height: height - top - bottom },
  }
}
