import { type MaskBitmap, TILE_BYTES } from './maskBitmap'
import { type Rect, union } from './rect'

/** Maximum number of steps that can be undone. */
export const MAX_STEPS = 50
/** Maximum memory of all steps together. The oldest steps are forgotten first. */
export const MAX_BYTES = 32 * 1024 * 1024
/** Bookkeeping of a tile in a map, so that empty tiles count too. */
const ENTRY_BYTES = 64

/** A step contains the tiles that it changed as they were before, or says that it inverted all pixels. */
type Step = 'invert' | Map<number, Uint8Array | null>

function bytesOf(step: Step): number {
  if (step === 'invert') return ENTRY_BYTES
  let bytes = 0
  for (const packed of step.values()) bytes += ENTRY_BYTES + (packed === null ? 0 : TILE_BYTES)
  return bytes
}

/** Records the changes of a mask as tiles, and undoes and redoes them. */
export class MaskHistory {
  private readonly bitmap: MaskBitmap
  private readonly maxBytes: number
  private past: Step[] = []
  private future: Step[] = []
  private recording = new Map<number, Uint8Array | null>()

  constructor(bitmap: MaskBitmap, maxBytes = MAX_BYTES) {
    this.bitmap = bitmap
    this.maxBytes = maxBytes
  }

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  /** Memory of all steps in bytes. */
  get bytes(): number {
    return [...this.past, ...this.future].reduce((sum, step) => sum + bytesOf(step), 0)
  }

  /** Keep a tile as it is now. Call it before the first change of the tile in a step. */
  keep(tile: number): void {
    if (!this.recording.has(tile)) this.recording.set(tile, this.bitmap.readTile(tile))
  }

  /** End a step. A step that kept no tile is none. */
  commit(): void {
    if (this.recording.size > 0) this.push(this.recording)
    this.recording = new Map()
  }

  /** Discard the changes since the last step. Returns the rectangle that changed. */
  cancel(): Rect | null {
    const changed = this.exchange(this.recording)
    this.recording = new Map()
    return changed
  }

  /** Record an inversion that was already made. It needs no memory, because it reverses itself. */
  recordInversion(): void {
    this.push('invert')
  }

  /** Undo a step. Returns the rectangle that changed. */
  undo(): Rect | null {
    return this.move(this.past, this.future)
  }

  /** Redo the step that was undone last. Returns the rectangle that changed. */
  redo(): Rect | null {
    return this.move(this.future, this.past)
  }

  private push(step: Step): void {
    this.future = []
    this.past.push(step)
    while (this.past.length > MAX_STEPS || (this.past.length > 1 && this.bytes > this.maxBytes)) {
      this.past.shift()
    }
  }

  private move(from: Step[], to: Step[]): Rect | null {
    const step = from.pop()
    if (step === undefined) return null
    to.push(step)
    if (step !== 'invert') return this.exchange(step)
    this.bitmap.invert()
    return this.bitmap.bounds
  }

  /** Exchange the tiles of a step with those of the bitmap. */
  private exchange(step: Map<number, Uint8Array | null>): Rect | null {
    let changed: Rect | null = null
    for (const [tile, packed] of step) {
      step.set(tile, this.bitmap.readTile(tile))
      this.bitmap.writeTile(tile, packed)
      changed = union(changed, this.bitmap.tileRect(tile))
    }
    return changed
  }
}
