import type { MaskEditor } from '../mask/maskEditor'
import type { Point } from '../mask/rect'
import type { ToolStore } from '../tools/toolStore'
import { MaskOverlay } from './maskOverlay'
import { ARROWS, Viewport } from './viewport'

/** How far an arrow key moves the image, in CSS pixels. */
const KEY_PAN = 48

export interface StageElements {
  stage: HTMLElement
  overlay: HTMLCanvasElement
  lasso: SVGPolygonElement
}

/**
 * Draws the stage in animation frames: the position of the image as CSS variables, the mask, the ring of
 * the brush and the line of the lasso. React does not render while the user paints or zooms.
 */
export class StageView {
  readonly viewport = new Viewport()
  readonly elements: StageElements
  private readonly editor: MaskEditor
  private readonly tools: ToolStore
  private readonly overlay: MaskOverlay
  private readonly observer: ResizeObserver
  private frame = 0
  private needsCompleteDraw = true
  /** Center of the brush's ring in pixels of the image. Null hides it. */
  private cursor: Point | null = null
  private lasso: readonly Point[] = []

  constructor(elements: StageElements, editor: MaskEditor, tools: ToolStore) {
    this.elements = elements
    this.editor = editor
    this.tools = tools
    this.overlay = new MaskOverlay(elements.overlay)
    this.observer = new ResizeObserver(() => this.resize())
    this.observer.observe(elements.stage)
    this.resize()
  }

  close(): void {
    this.observer.disconnect()
    cancelAnimationFrame(this.frame)
  }

  /** Convert a position in the window to one in the stage. */
  fromClient({ clientX, clientY }: { clientX: number; clientY: number }): Point {
    const { left, top } = this.elements.stage.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }

  setCursor(cursor: Point | null): void {
    this.cursor = cursor
    this.schedule()
  }

  /** Show the line of the lasso, in pixels of the image. */
  setLasso(points: readonly Point[]): void {
    this.lasso = points
    this.schedule()
  }

  /** Draw everything in the next frame, because the viewport or the colors changed. */
  redraw = (): void => {
    this.needsCompleteDraw = true
    this.schedule()
  }

  /** Draw what changed in the next frame. */
  schedule = (): void => {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw())
  }

  /** Move the image with an arrow key. Returns false for other keys. */
  panByKey(key: string): boolean {
    const direction = ARROWS[key]
    if (direction === undefined) return false
    // The key moves the view, so the image moves the other way.
    this.viewport.pan(-direction.x * KEY_PAN, -direction.y * KEY_PAN)
    this.redraw()
    return true
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.elements.stage
    this.viewport.resize({ width, height })
    this.overlay.resize({ width, height })
    this.redraw()
  }

  private draw(): void {
    this.frame = 0
    const dirty = this.editor.takeDirty()
    const { style } = this.elements.stage
    if (this.needsCompleteDraw) {
      const { x, y, scale } = this.viewport
      style.setProperty('--image-x', `${x}px`)
      style.setProperty('--image-y', `${y}px`)
      style.setProperty('--image-scale', `${scale}`)
    }
    if (this.needsCompleteDraw || dirty) {
      this.overlay.draw(this.editor.bitmap, this.viewport, this.needsCompleteDraw ? null : dirty)
    }
    this.needsCompleteDraw = false
    this.drawCursor(style)
    this.elements.lasso.setAttribute(
      'points',
      this.lasso
        .map((point) => this.viewport.toStage(point))
        .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
        .join(' '),
    )
  }

  private drawCursor(style: CSSStyleDeclaration): void {
    style.setProperty('--cursor-display', this.cursor ? 'block' : 'none')
    if (this.cursor === null) return
    const { x, y } = this.viewport.toStage(this.cursor)
    const { tool, size } = this.tools.get()
    const diameter = tool === 'lasso' ? 8 : Math.max(4, size * this.viewport.scale)
    style.setProperty('--cursor-x', `${x}px`)
    style.setProperty('--cursor-y', `${y}px`)
    style.setProperty('--cursor-size', `${diameter}px`)
  }
}
