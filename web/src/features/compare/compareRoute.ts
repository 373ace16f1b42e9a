import type { ImagePosition } from '../canvas/neighbor'

/** Two images: the left one and the right one. */
export type ComparedPair = readonly [ImagePosition, ImagePosition]

const ROUTE = /^\/compare\/([^/]+)\/(\d+)\/([^/]+)\/(\d+)$/

/** Build the route that compares two images. */
export function compareRoute([left, right]: ComparedPair): string {
  return `/compare/${left.id}/${left.index}/${right.id}/${right.index}`
}

/** Parse the route of a comparison. Returns null for other routes. */
export function parseCompareRoute(route: string): ComparedPair | null {
  const [, leftId, leftIndex, rightId, rightIndex] = ROUTE.exec(route) ?? []
  if (leftId === undefined || rightId === undefined) return null
  return [
    { id: leftId, index: Number(leftIndex) },
    { id: rightId, index: Number(rightIndex) },
  ]
}
