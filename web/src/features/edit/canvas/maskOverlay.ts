import type { MaskBitmap } from '../mask/maskBitmap'
import type { Rect } from '../mask/rect'
import type { Size, Viewport } from './viewport'

/** Bounds the time of a complete redraw on large screens with a high resolution. */
const MAX_PIXELS = 4_000_000
/** Levels of coverage of a pixel by the mask, above 0. */
const LEVELS = 4

/**
 * Draws the visible part of a mask. The canvas has the resolution of the screen, so the time and memory
 * of a frame do not depend on the size of the image.
 */
export class MaskOverlay {
  private readonly canvas: HTMLCanvasElement
  private readonly context: CanvasRenderingContext2D | null
  /** Canvas pixels per CSS pixel. */
  private resolution = 1

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
    this.context = canvas.getContext('2d')
  }

  resize({ width, height }: Size): void {
    const pixels = Math.max(1, width * height)
    this.resolution = Math.min(window.devicePixelRatio || 1, Math.sqrt(MAX_PIXELS / pixels))
    this.canvas.width = Math.max(1, Math.round(width * this.resolution))
    this.canvas.height = Math.max(1, Math.round(height * this.resolution))
  }

  /** Draw a rectangle of the mask, in pixels of the mask. Null draws everything. */
  draw(mask: MaskBitmap, viewport: Viewport, dirty: Rect | null): void {
    const { width, height } = this.canvas
    const scale = viewport.scale * this.resolution
    const x = viewport.x * this.resolution
    const y = viewport.y * this.resolution
    const left = dirty ? Math.max(0, Math.floor(dirty.left * scale + x) - 1) : 0
    const top = dirty ? Math.max(0, Math.floor(dirty.top * scale + y) - 1) : 0
    const right = dirty ? Math.min(width, Math.ceil(dirty.right * scale + x) + 1) : width
    const bottom = dirty ? Math.min(height, Math.ceil(dirty.bottom * scale + y) + 1) : height
    if (right <= left || bottom <= top) return
    // Four samples per pixel, so that fine strokes of a reduced image do not break up.
    const columns = sampleIndexes(left, right, x, scale, mask.width)
    const rows = sampleIndexes(top, bottom, y, scale, mask.height)
    const image = new ImageData(right - left, bottom - top)
    const target = new Uint32Array(image.data.buffer)
    const colors = this.colors()
    const { pixels } = mask
    for (let row = 0, at = 0; row < bottom - top; row += 1) {
      const first = (rows[2 * row] ?? -1) * mask.width
      const second = (rows[2 * row + 1] ?? -1) * mask.width
      for (let column = 0; column < right - left; column += 1, at += 1) {
        const a = columns[2 * column] ?? -1
        const b = columns[2 * column + 1] ?? -1
        let level = 0
        if (first >= 0 && a >= 0) level += pixels[first + a] ?? 0
        if (first >= 0 && b >= 0) level += pixels[first + b] ?? 0
        if (second >= 0 && a >= 0) level += pixels[second + a] ?? 0
        if (second >= 0 && b >= 0) level += pixels[second + b] ?? 0
        if (level > 0) target[at] = colors[level] ?? 0
      }
    }
    this.context?.putImageData(image, left, top)
  }

  /** Return the color of the canvas as little-endian RGBA with the opacity of each level. */
  private colors(): Uint32Array {
    const [red = 0, green = 0, blue = 0] = (
      getComputedStyle(this.canvas).color.match(/[\d.]+/g) ?? []
    ).map(Number)
    return Uint32Array.from({ length: LEVELS + 1 }, (_, level) => {
      const alpha = Math.round((255 * level) / LEVELS)
      return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
    })
  }
}

/** Return the index in the mask of two samples per canvas pixel, −1 outside. */
function sampleIndexes(
  start: number,
  end: number,
  offset: number,
  scale: number,
  limit: number,
): Int32Array {
  return Int32Array.from({ length: 2 * (end - start) }, (_, sample) => {
    const position = start + Math.floor(sample / 2) + (sample % 2 === 0 ? 0.25 : 0.75)
    const index = Math.floor((position - offset) / scale)
    return index >= 0 && index < limit ? index : -1
  })
}
