import type { Point, Rect } from '../mask/rect'

export interface Size {
  width: number
  height: number
}

/** The directions of the arrow keys. */
export const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** CSS pixels of the page per pixel of the image. */
const MAX_SCALE = 32
/** Free space around the fitted image in CSS pixels. */
const PADDING = 24
/** Part of the content that stays visible when it is moved out of the stage, in CSS pixels. */
const MIN_VISIBLE = 48

/** Where the image is in the stage. Positions in the stage are CSS pixels from its top left corner. */
export class Viewport {
  scale = 1
  /** Position of the top left corner of the image. */
  x = 0
  y = 0
  private stage: Size = { width: 0, height: 0 }
  /** The rectangle to show, in pixels of the image. It exceeds the image if it is extended. */
  private content: Rect = { left: 0, top: 0, right: 1, bottom: 1 }
  /** Whether the content is fitted into the stage, and follows changes of both. */
  private isFitted = true

  resize(stage: Size): void {
    this.stage = stage
    this.update()
  }

  show(content: Rect): void {
    this.content = content
    this.update()
  }

  fit(): void {
    this.isFitted = true
    this.scale = this.fittedScale()
    const { left, top, right, bottom } = this.content
    this.x = this.stage.width / 2 - ((left + right) / 2) * this.scale
    this.y = this.stage.height / 2 - ((top + bottom) / 2) * this.scale
  }

  /** Change the scale so that the pixel under `at` stays there. */
  zoom(factor: number, at: Point = this.center()): void {
    const lowest = Math.min(1, this.fittedScale()) / 2
    const scale = Math.min(MAX_SCALE, Math.max(lowest, this.scale * factor))
    const ratio = scale / this.scale
    this.x = at.x - (at.x - this.x) * ratio
    this.y = at.y - (at.y - this.y) * ratio
    this.scale = scale
    this.isFitted = false
    this.limit()
  }

  pan(x: number, y: number): void {
    this.x += x
    this.y += y
    this.isFitted = false
    this.limit()
  }

  toImage({ x, y }: Point): Point {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale }
  }

  toStage({ x, y }: Point): Point {
    return { x: x * this.scale + this.x, y: y * this.scale + this.y }
  }

  /** Move the image so that a pixel of it is inside the stage. */
  reveal(point: Point): void {
    const { x, y } = this.toStage(point)
    const inside = (value: number, length: number) =>
      Math.min(Math.max(value, PADDING), Math.max(PADDING, length - PADDING))
    const moveX = inside(x, this.stage.width) - x
    const moveY = inside(y, this.stage.height) - y
    if (moveX !== 0 || moveY !== 0) this.pan(moveX, moveY)
  }

  private center(): Point {
    return { x: this.stage.width / 2, y: this.stage.height / 2 }
  }

  private fittedScale(): number {
    const { left, top, right, bottom } = this.content
    const width = Math.max(1, this.stage.width - 2 * PADDING) / (right - left)
    const height = Math.max(1, this.stage.height - 2 * PADDING) / (bottom - top)
    return Math.min(width, height, MAX_SCALE)
  }

  private update(): void {
    if (this.isFitted) this.fit()
    else this.limit()
  }

  private limit(): void {
    const { left, top, right, bottom } = this.content
    const clamp = (value: number, start: number, end: number, length: number) =>
      Math.min(
        length - MIN_VISIBLE - start * this.scale,
        Math.max(MIN_VISIBLE - end * this.scale, value),
      )
    this.x = clamp(this.x, left, right, this.stage.width)
    this.y = clamp(this.y, top, bottom, this.stage.height)
  }
}
