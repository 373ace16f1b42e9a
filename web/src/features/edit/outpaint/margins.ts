import type { Model } from '../../../graphql/store/generation'
import type { Size } from '../canvas/viewport'

export const SIDES = ['left', 'top', 'right', 'bottom'] as const
export type Side = (typeof SIDES)[number]
export type Margins = Record<Side, number>

export const NO_MARGINS: Margins = { left: 0, top: 0, right: 0, bottom: 0 }

/** Limits of the API for every edited image. */
const MAX_RESULT_PIXELS = 25_000_000
const MAX_RESULT_SIDE = 16_384

export function isHorizontal(side: Side): boolean {
  return side === 'left' || side === 'right'
}

export function hasMargins(margins: Margins): boolean {
  return SIDES.some((side) => margins[side] > 0)
}

/** Return the size of the extended image. */
export function extendedSize(source: Size, margins: Margins): Size {
  return {
    width: source.width + margins.left + margins.right,
    height: source.height + margins.top + margins.bottom,
  }
}

/** Return the distance in pixels between two values of a margin. */
export function marginStep({ limits }: Model, side: Side): number {
  return isHorizontal(side) ? limits.width.step : limits.height.step
}

/**
 * Return the largest value of a margin. The model generates up to its largest side in one piece; beside
 * a source that is larger, it generates up to half of that.
 */
export function maxMargin(model: Model, source: Size, margins: Margins, side: Side): number {
  const { width, height } = extendedSize(source, { ...margins, [side]: 0 })
  const [length, across, sourceLength, limit] = isHorizontal(side)
    ? [width, height, source.width, model.limits.width.max]
    : [height, width, source.height, model.limits.height.max]
  const largest = Math.min(
    Math.max(limit, sourceLength + limit / 2),
    MAX_RESULT_SIDE,
    Math.floor(MAX_RESULT_PIXELS / across),
  )
  const step = marginStep(model, side)
  return Math.max(0, Math.floor((largest - length) / step) * step)
}

/** Set a margin to the nearest value that the model accepts. */
export function withMargin(
  model: Model,
  source: Size,
  margins: Margins,
  side: Side,
  pixels: number,
): Margins {
  const step = marginStep(model, side)
  const snapped = Math.round(pixels / step) * step
  const value = Math.min(Math.max(0, snapped), maxMargin(model, source, margins, side))
  return { ...margins, [side]: value }
}

/** Move all margins into the limits of a model, for example after another one was selected. */
export function fitMargins(model: Model, source: Size, margins: Margins): Margins {
  return SIDES.reduce(
    (fitted, side) => withMargin(model, source, fitted, side, margins[side]),
    NO_MARGINS,
  )
}
