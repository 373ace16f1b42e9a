import { MaskBitmap, TILE } from './maskBitmap'
import { MaskHistory } from './maskHistory'
import { type Point, type Rect, union } from './rect'
import { fillPolygon, fillTrace } from './shapes'

export type Mode = 'add' | 'remove'

/** What the controls show of a mask. A new object for each change, as React requires it. */
export interface MaskState {
  canUndo: boolean
  canRedo: boolean
  isEmpty: boolean
  /** Counts the completed changes. */
  revision: number
}

interface Stroke {
  mode: Mode
  last: Point
}

/** A mask that is painted on, with undo. It knows neither the DOM nor React. */
export class MaskEditor {
  readonly bitmap: MaskBitmap
  private readonly history: MaskHistory
  private stroke: Stroke | null = null
  /** What changed since the last call of `takeDirty`. */
  private dirty: Rect | null = null
  private current: MaskState = { canUndo: false, canRedo: false, isEmpty: true, revision: 0 }
  private readonly listeners = new Set<() => void>()
  private readonly dirtyListeners = new Set<() => void>()

  constructor(width: number, height: number) {
    this.bitmap = new MaskBitmap(width, height)
    this.history = new MaskHistory(this.bitmap)
  }

  state = (): MaskState => this.current

  /** Call `listener` after each completed change, but not while a stroke is painted. */
  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Call `listener` whenever pixels changed that are to be drawn. */
  onDirty = (listener: () => void): (() => void) => {
    this.dirtyListeners.add(listener)
    return () => this.dirtyListeners.delete(listener)
  }

  /** Return the rectangle that changed since the last call. */
  takeDirty(): Rect | null {
    const { dirty } = this
    this.dirty = null
    return dirty
  }

  get isPainting(): boolean {
    return this.stroke !== null
  }

  /** Begin a stroke with a dab. Coordinates and radius are pixels of the mask. */
  beginStroke(mode: Mode, at: Point, radius: number): void {
    this.endStroke()
    this.stroke = { mode, last: at }
    this.extendStroke(at, radius)
  }

  extendStroke(to: Point, radius: number): void {
    if (this.stroke === null) return
    const { mode, last } = this.stroke
    fillTrace(last, to, radius, (y, start, end) => this.fillSpan(mode, y, start, end))
    this.stroke.last = to
    this.reportDirty()
  }

  endStroke(): void {
    if (this.stroke === null) return
    this.stroke = null
    this.complete()
  }

  /** Remove what the current stroke painted. */
  cancelStroke(): void {
    if (this.stroke === null) return
    this.stroke = null
    this.markDirty(this.history.cancel())
  }

  /** Fill the area inside a freehand line. */
  fillArea(mode: Mode, points: readonly Point[]): void {
    fillPolygon(points, (y, start, end) => this.fillSpan(mode, y, start, end))
    this.complete()
  }

  invert(): void {
    this.endStroke()
    this.bitmap.invert()
    this.history.recordInversion()
    this.markDirty(this.bitmap.bounds)
    this.updateState()
  }

  clear(): void {
    this.endStroke()
    for (let tile = 0; tile < this.bitmap.tileCount; tile += 1) {
      if (this.bitmap.readTile(tile) === null) continue
      this.history.keep(tile)
      this.bitmap.writeTile(tile, null)
    }
    this.dirty = this.bitmap.bounds
    this.complete()
  }

  undo(): void {
    this.endStroke()
    this.markDirty(this.history.undo())
    this.updateState()
  }

  redo(): void {
    this.endStroke()
    this.markDirty(this.history.redo())
    this.updateState()
  }

  /** Replace the pixels, for example with those of an earlier visit. This cannot be undone. */
  load(packed: Uint8Array): void {
    this.bitmap.unpack(packed)
    this.markDirty(this.bitmap.bounds)
    this.updateState()
  }

  private fillSpan(mode: Mode, y: number, start: number, end: number): void {
    const { width, height, pixels } = this.bitmap
    if (y < 0 || y >= height) return
    const left = Math.max(0, start)
    const right = Math.min(width, end)
    if (left >= right) return
    const value = mode === 'add' ? 1 : 0
    const row = y * width
    // The parts of the row that belong to different tiles. A part without a change is not recorded.
    for (let x = left; x < right; ) {
      const partEnd = Math.min(right, (Math.floor(x / TILE) + 1) * TILE)
      const at = pixels.subarray(row + x, row + partEnd).indexOf(1 - value)
      if (at !== -1) {
        this.history.keep(this.bitmap.tileAt(x, y))
        pixels.fill(value, row + x, row + partEnd)
        this.dirty = union(this.dirty, { left: x, top: y, right: partEnd, bottom: y + 1 })
      }
      x = partEnd
    }
  }

  private complete(): void {
    this.history.commit()
    this.reportDirty()
    this.updateState()
  }

  private markDirty(rect: Rect | null): void {
    this.dirty = union(this.dirty, rect)
    this.reportDirty()
  }

  private reportDirty(): void {
    if (this.dirty !== null) for (const listener of this.dirtyListeners) listener()
  }

  private updateState(): void {
    this.current = {
      canUndo: this.history.canUndo,
      canRedo: this.history.canRedo,
      isEmpty: this.bitmap.isEmpty(),
      revision: this.current.revision + 1,
    }
    for (const listener of this.listeners) listener()
  }
}
