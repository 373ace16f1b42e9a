import type { Shown } from '../features/canvas/shown'

/**
 * Parse a route. `/history/image/ID/0` shows the first image of generation ID over `/history`, and
 * `/image/ID` shows all images of generation ID on `/`.
 */
export function parseRoute(location: string): { base: string; image: Shown | null } {
  const [, base = '', id, index] = /^(.*?)(?:\/image\/([^/]+)(?:\/(\d+))?)?$/.exec(location) ?? []
  return {
    base: base === '' ? '/' : base,
    image: id ? { id, index: index === undefined ? null : Number(index) } : null,
  }
}

/** Build a route; the inverse of `parseRoute`. */
export function addressOf(base: string, image: Shown | null): string {
  if (image === null) return base
  const { id, index } = image
  return `${base === '/' ? '' : base}/image/${id}${index === null ? '' : `/${index}`}`
}
