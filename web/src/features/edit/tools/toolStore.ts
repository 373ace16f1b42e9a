import { readPersonal, writePersonal } from '../../account/personalStorage'

export type Tool = 'brush' | 'eraser' | 'lasso'

export interface ToolState {
  tool: Tool
  /** Diameter of the brush in pixels of the image. */
  size: number
}

export const MIN_SIZE = 4
export const MAX_SIZE = 256
const DEFAULT_SIZE = 48
const SIZE_STEP = 1.25
const NAME = 'brushSize'

function storedSize(): number {
  const stored = readPersonal(NAME)
  return typeof stored === 'number' ? limitSize(stored) : DEFAULT_SIZE
}

function limitSize(size: number): number {
  return Math.min(MAX_SIZE, Math.max(MIN_SIZE, Math.round(size)))
}

/** The selected tool and the size of the brush. Pointer handlers read it without a render. */
export class ToolStore {
  private current: ToolState = { tool: 'brush', size: storedSize() }
  private readonly listeners = new Set<() => void>()

  get = (): ToolState => this.current

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  choose(tool: Tool): void {
    this.set({ ...this.current, tool })
  }

  resize(size: number): void {
    writePersonal(NAME, limitSize(size))
    this.set({ ...this.current, size: limitSize(size) })
  }

  /** Make the brush a step larger (1) or smaller (−1). */
  step(direction: 1 | -1): void {
    const { size } = this.current
    const next = direction === 1 ? size * SIZE_STEP : size / SIZE_STEP
    // A small brush changes by at least one pixel.
    this.resize(direction === 1 ? Math.max(size + 1, next) : Math.min(size - 1, next))
  }

  private set(state: ToolState): void {
    this.current = state
    for (const listener of this.listeners) listener()
  }
}
