/** Scale and offset of a zoomed image. Offsets are pixels from the center of the stage. */
export interface View {
  /** 1 fits the image into the stage. */
  scale: number
  x: number
  y: number
}

export interface Point {
  x: number
  y: number
}

export interface Size {
  width: number
  height: number
}

export const FIT: View = { scale: 1, x: 0, y: 0 }
export const MAX_SCALE = 16

/** Change the scale so that the point of the image under `at` stays where it is. */
export function zoomTo(view: View, scale: number, at: Point): View {
  const next = Math.min(MAX_SCALE, Math.max(1, scale))
  const ratio = next / view.scale
  return { scale: next, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }
}

/** Limit the offset so that the image covers the center of the stage. */
export function limitPan(view: View, stage: Size): View {
  const limitX = (stage.width * (view.scale - 1)) / 2
  const limitY = (stage.height * (view.scale - 1)) / 2
  return {
    scale: view.scale,
    // Adding 0 turns −0 into 0.
    x: Math.min(limitX, Math.max(-limitX, view.x)) + 0,
    y: Math.min(limitY, Math.max(-limitY, view.y)) + 0,
  }
}

/** Return the scale at which one pixel of the image is one pixel of the page, at least 1. */
export function actualScale(image: Size, stage: Size): number {
  const fit = Math.min(stage.width / image.width, stage.height / image.height)
  // A small image is not enlarged to more than 100 %, so double-clicking it shows twice the size.
  return fit >= 1 ? 2 : Math.min(MAX_SCALE, 1 / fit)
}
