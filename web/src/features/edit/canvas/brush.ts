import type { MaskEditor, Mode } from '../mask/maskEditor'
import type { Point } from '../mask/rect'
import type { ToolStore } from '../tools/toolStore'
import type { StageView } from './stageView'

/** Points of a lasso that are closer than this, in CSS pixels, are merged. */
const LASSO_DISTANCE = 2

/** Paints with the selected tool. Pointers and keys share it. */
export class Brush {
  private readonly editor: MaskEditor
  private readonly tools: ToolStore
  private readonly view: StageView
  private lasso: { mode: Mode; points: Point[] } | null = null

  constructor(editor: MaskEditor, tools: ToolStore, view: StageView) {
    this.editor = editor
    this.tools = tools
    this.view = view
  }

  get isDown(): boolean {
    return this.lasso !== null || this.editor.isPainting
  }

  /** Begin at a point of the image. `reversed` removes with the brush, and adds with the eraser. */
  begin(at: Point, reversed = false, pressure = 1): void {
    const { tool } = this.tools.get()
    const mode: Mode = (tool === 'eraser') === reversed ? 'add' : 'remove'
    if (tool === 'lasso') this.lasso = { mode, points: [at] }
    else this.editor.beginStroke(mode, at, this.radius(pressure))
  }

  moveTo(at: Point, pressure = 1): void {
    if (this.lasso === null) {
      this.editor.extendStroke(at, this.radius(pressure))
      return
    }
    const last = this.lasso.points.at(-1) ?? at
    const distance = Math.hypot(at.x - last.x, at.y - last.y) * this.view.viewport.scale
    if (distance < LASSO_DISTANCE) return
    this.lasso.points.push(at)
    this.view.setLasso(this.lasso.points)
  }

  end(): void {
    if (this.lasso) this.editor.fillArea(this.lasso.mode, this.lasso.points)
    else this.editor.endStroke()
    this.dropLasso()
  }

  cancel(): void {
    this.editor.cancelStroke()
    this.dropLasso()
  }

  private dropLasso(): void {
    this.lasso = null
    this.view.setLasso([])
  }

  private radius(pressure: number): number {
    return (this.tools.get().size / 2) * (0.25 + 0.75 * pressure)
  }
}
