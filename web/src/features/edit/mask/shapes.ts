import type { Point } from './rect'

/** Receives a row of pixels. `end` is exclusive. */
export type FillSpan = (y: number, start: number, end: number) => void

/**
 * Fill the pixels whose centers are at most `radius` from the line between two points: the trace of a
 * round brush. A trace always covers the pixel under its first point, however small the brush is.
 */
export function fillTrace(from: Point, to: Point, radius: number, fill: FillSpan): void {
  const top = Math.floor(Math.min(from.y, to.y) - radius)
  const bottom = Math.ceil(Math.max(from.y, to.y) + radius)
  const corners = sideCorners(from, to, radius)
  for (let y = top; y <= bottom; y += 1) {
    const center = y + 0.5
    let left = Number.POSITIVE_INFINITY
    let right = Number.NEGATIVE_INFINITY
    for (const { x, y: discY } of [from, to]) {
      const square = radius ** 2 - (center - discY) ** 2
      if (square < 0) continue
      left = Math.min(left, x - Math.sqrt(square))
      right = Math.max(right, x + Math.sqrt(square))
    }
    // The trace is convex, so each row of it is one span: from the leftmost to the rightmost crossing.
    corners.forEach((corner, index) => {
      const next = corners[(index + 1) % corners.length] ?? corner
      const x = crossing(corner, next, center)
      if (x === null) return
      left = Math.min(left, x)
      right = Math.max(right, x)
    })
    fillFrom(y, Math.ceil(left - 0.5), Math.floor(right - 0.5) + 1, fill)
  }
  fill(Math.floor(from.y), Math.floor(from.x), Math.floor(from.x) + 1)
}

/** Fill the pixels whose centers are inside a polygon, by the nonzero rule: loops in it are filled. */
export function fillPolygon(points: readonly Point[], fill: FillSpan): void {
  const ys = points.map(({ y }) => y)
  const top = Math.floor(ys.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY))
  const bottom = Math.ceil(ys.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY))
  for (let y = top; y < bottom; y += 1) fillRow(points, y, fill)
}

function fillRow(points: readonly Point[], y: number, fill: FillSpan): void {
  const crossings: { x: number; direction: number }[] = []
  points.forEach((point, index) => {
    const next = points[(index + 1) % points.length] ?? point
    const x = crossing(point, next, y + 0.5)
    if (x !== null) crossings.push({ x, direction: next.y > point.y ? 1 : -1 })
  })
  crossings.sort((a, b) => a.x - b.x)
  let winding = 0
  crossings.forEach(({ x, direction }, index) => {
    winding += direction
    const next = crossings[index + 1]
    // Half-open, so that a line without an area fills nothing.
    if (winding !== 0 && next) fillFrom(y, Math.ceil(x - 0.5), Math.ceil(next.x - 0.5), fill)
  })
}

function fillFrom(y: number, start: number, end: number, fill: FillSpan): void {
  if (end > start) fill(y, start, end)
}

/** Return where an edge crosses a row, or null. The lower end of an edge does not belong to it. */
function crossing(a: Point, b: Point, y: number): number | null {
  if (a.y <= y === b.y <= y) return null
  return a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)
}

/** Return the corners of the rectangle between the two ends of a trace. */
function sideCorners(from: Point, to: Point, radius: number): Point[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  if (length === 0) return []
  const x = (-(to.y - from.y) / length) * radius
  const y = ((to.x - from.x) / length) * radius
  return [
    { x: from.x + x, y: from.y + y },
    { x: to.x + x, y: to.y + y },
    { x: to.x - x, y: to.y - y },
    { x: from.x - x, y: from.y - y },
  ]
}
