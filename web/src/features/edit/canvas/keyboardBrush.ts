import type { MaskEditor } from '../mask/maskEditor'
import type { Point } from '../mask/rect'
import type { Brush } from './brush'
import type { StageView } from './stageView'
import { ARROWS } from './viewport'

/** Part of the shorter side of the image that an arrow key moves the brush. */
const STEP = 1 / 64
const LARGE_STEP = 1 / 8

/** Moves the brush with the arrow keys. Enter puts it down and lifts it. */
export class KeyboardBrush {
  private readonly view: StageView
  private readonly brush: Brush
  private readonly size: { width: number; height: number }
  private at: Point

  constructor(view: StageView, brush: Brush, { bitmap }: MaskEditor) {
    this.view = view
    this.brush = brush
    this.size = { width: bitmap.width, height: bitmap.height }
    this.at = { x: bitmap.width / 2, y: bitmap.height / 2 }
  }

  /** Show the brush where the keys left it. */
  show(): void {
    this.view.setCursor(this.at)
  }

  /** Handle a key. Returns false if the key means nothing to the brush. */
  handle(event: KeyboardEvent): boolean {
    const direction = ARROWS[event.key]
    if (direction) {
      const part = event.shiftKey ? LARGE_STEP : STEP
      const step = Math.max(1, Math.min(this.size.width, this.size.height) * part)
      this.at = {
        x: Math.min(this.size.width, Math.max(0, this.at.x + direction.x * step)),
        y: Math.min(this.size.height, Math.max(0, this.at.y + direction.y * step)),
      }
      if (this.brush.isDown) this.brush.moveTo(this.at)
      this.view.viewport.reveal(this.at)
      this.view.redraw()
    } else if (event.key === 'Enter') {
      if (this.brush.isDown) this.brush.end()
      else this.brush.begin(this.at, event.altKey)
    } else {
      return false
    }
    this.show()
    return true
  }
}
