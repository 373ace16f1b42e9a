import type { Point } from '../mask/rect'
import type { Brush } from './brush'
import type { StageView } from './stageView'

/** Change of the scale per pixel of wheel movement. */
const WHEEL_RATE = 0.0015
/** Pixels per line of a wheel that reports lines. */
const LINE_HEIGHT = 16
/** A second finger within this time cancels the stroke of the first one. */
const ACCIDENTAL_STROKE_MS = 300

type Gesture = 'none' | 'paint' | 'pan' | 'pinch'

/** Report whether the event came from a control on the stage, such as a handle. */
function isOnControl(event: Event): boolean {
  return event.target instanceof Element && event.target.closest('[data-control]') !== null
}

/**
 * Turns pointer events on the stage into strokes and movements: one finger, pen or mouse button paints;
 * two fingers, the wheel, the middle button and the space bar zoom and pan.
 */
export class PointerInput {
  private readonly view: StageView
  private readonly brush: Brush
  private readonly canPaint: () => boolean
  private readonly pointers = new Map<number, Point>()
  private gesture: Gesture = 'none'
  private painter: number | null = null
  private beganAt = 0
  private spaceIsDown = false
  private readonly controller = new AbortController()

  constructor(view: StageView, brush: Brush, canPaint: () => boolean) {
    this.view = view
    this.brush = brush
    this.canPaint = canPaint
    const { stage } = view.elements
    const { signal } = this.controller
    stage.addEventListener('pointerdown', this.onDown, { signal })
    stage.addEventListener('pointermove', this.onMove, { signal })
    stage.addEventListener('pointerup', this.onUp, { signal })
    stage.addEventListener('pointercancel', this.onCancel, { signal })
    stage.addEventListener('pointerleave', () => view.setCursor(null), { signal })
    stage.addEventListener('wheel', this.onWheel, { signal, passive: false })
    window.addEventListener('blur', () => this.setSpace(false), { signal })
  }

  close(): void {
    this.controller.abort()
  }

  /** While the space bar is held, dragging moves the image. */
  setSpace(isDown: boolean): void {
    this.spaceIsDown = isDown
    this.view.elements.stage.dataset.pans = String(isDown || !this.canPaint())
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (isOnControl(event) || (event.pointerType === 'mouse' && event.button > 1)) return
    const at = this.view.fromClient(event)
    this.view.elements.stage.setPointerCapture(event.pointerId)
    this.pointers.set(event.pointerId, at)
    if (this.pointers.size > 1) this.beginPinch(event)
    else if (this.spaceIsDown || event.button === 1 || !this.canPaint()) {
      event.preventDefault() // The middle button would start to scroll.
      this.gesture = 'pan'
    } else {
      this.gesture = 'paint'
      this.painter = event.pointerId
      this.beganAt = event.timeStamp
      this.brush.begin(this.view.viewport.toImage(at), event.altKey, pressureOf(event))
    }
  }

  private beginPinch(event: PointerEvent): void {
    if (this.gesture === 'paint') {
      if (event.timeStamp - this.beganAt < ACCIDENTAL_STROKE_MS) this.brush.cancel()
      else this.brush.end()
    }
    this.gesture = 'pinch'
    this.painter = null
  }

  private readonly onMove = (event: PointerEvent): void => {
    const to = this.view.fromClient(event)
    if (event.pointerType !== 'touch') {
      this.view.setCursor(this.canPaint() ? this.view.viewport.toImage(to) : null)
    }
    const from = this.pointers.get(event.pointerId)
    if (from === undefined) return
    if (this.gesture === 'paint' && event.pointerId === this.painter) this.paint(event)
    else if (this.gesture === 'pan') this.view.viewport.pan(to.x - from.x, to.y - from.y)
    else if (this.gesture === 'pinch') this.pinch(event.pointerId, from, to)
    this.pointers.set(event.pointerId, to)
    if (this.gesture === 'pan' || this.gesture === 'pinch') this.view.redraw()
  }

  private paint(event: PointerEvent): void {
    const coalesced = event.getCoalescedEvents?.() ?? []
    for (const each of coalesced.length > 0 ? coalesced : [event]) {
      const at = this.view.viewport.toImage(this.view.fromClient(each))
      this.brush.moveTo(at, pressureOf(each))
    }
  }

  private pinch(id: number, from: Point, to: Point): void {
    const other = [...this.pointers].find(([each]) => each !== id)?.[1]
    if (other === undefined) return
    const { viewport } = this.view
    // Each finger moves the middle between both by half of its own movement.
    viewport.pan((to.x - from.x) / 2, (to.y - from.y) / 2)
    const factor = distance(to, other) / Math.max(1, distance(from, other))
    viewport.zoom(factor, { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 })
  }

  private readonly onUp = (event: PointerEvent): void => {
    if (!this.pointers.delete(event.pointerId)) return
    if (this.gesture === 'paint' && event.pointerId === this.painter) this.brush.end()
    // After a pinch, the remaining finger does not paint.
    if (this.pointers.size === 0) this.gesture = 'none'
  }

  private readonly onCancel = (event: PointerEvent): void => {
    if (this.gesture === 'paint' && event.pointerId === this.painter) this.brush.cancel()
    this.pointers.delete(event.pointerId)
    if (this.pointers.size === 0) this.gesture = 'none'
  }

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_HEIGHT : 1)
    this.view.viewport.zoom(Math.exp(-pixels * WHEEL_RATE), this.view.fromClient(event))
    this.view.redraw()
  }
}

/** Return the pressure of a pen from 0 to 1. Other pointers always press fully. */
function pressureOf(event: PointerEvent): number {
  return event.pointerType === 'pen' && event.pressure > 0 ? event.pressure : 1
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
