export interface Point {
  x: number
  y: number
}

/** A rectangle of pixels. `right` and `bottom` are exclusive. */
export interface Rect {
  left: number
  top: number
  right: number
  bottom: number
}

/** Return the smallest rectangle that contains both. Null stands for no pixels. */
export function union(a: Rect | null, b: Rect | null): Rect | null {
  if (a === null || b === null) return a ?? b
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  }
}
