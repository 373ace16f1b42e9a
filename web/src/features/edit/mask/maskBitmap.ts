import type { Rect } from './rect'

/** Side of a tile in pixels. Tiles are the unit in which changes are recorded. */
export const TILE = 64
/** Bytes of a tile with one bit per pixel. */
export const TILE_BYTES = (TILE * TILE) / 8

/**
 * The pixels of a mask, one byte each: 1 changes, 0 stays. Masks have no soft edges: the studio reads
 * them by a threshold and computes the feather itself.
 *
 * It is not a canvas, because browsers that protect against fingerprinting change the pixels that a
 * page reads from a canvas.
 */
export class MaskBitmap {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
  private readonly columns: number

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.pixels = new Uint8Array(width * height)
    this.columns = Math.ceil(width / TILE)
  }

  get tileCount(): number {
    return this.columns * Math.ceil(this.height / TILE)
  }

  get bounds(): Rect {
    return { left: 0, top: 0, right: this.width, bottom: this.height }
  }

  isEmpty(): boolean {
    return !this.pixels.includes(1)
  }

  invert(): void {
    for (let index = 0; index < this.pixels.length; index += 1) {
      this.pixels[index] = 1 - (this.pixels[index] ?? 0)
    }
  }

  /** Return the index of the tile that contains a pixel. */
  tileAt(x: number, y: number): number {
    return Math.floor(y / TILE) * this.columns + Math.floor(x / TILE)
  }

  tileRect(tile: number): Rect {
    const left = (tile % this.columns) * TILE
    const top = Math.floor(tile / this.columns) * TILE
    return {
      left,
      top,
      right: Math.min(left + TILE, this.width),
      bottom: Math.min(top + TILE, this.height),
    }
  }

  /** Return the pixels of a tile with one bit each. Null if none of them is set. */
  readTile(tile: number): Uint8Array | null {
    const { left, top, right, bottom } = this.tileRect(tile)
    let packed: Uint8Array | null = null
    for (let y = top; y < bottom; y += 1) {
      const row = y * this.width
      for (let x = left; x < right; x += 1) {
        if (this.pixels[row + x] !== 1) continue
        packed ??= new Uint8Array(TILE_BYTES)
        const bit = (y - top) * TILE + (x - left)
        packed[bit >> 3] = (packed[bit >> 3] ?? 0) | (128 >> (bit & 7))
      }
    }
    return packed
  }

  /** Set the pixels of a tile to those that `readTile` returned. */
  writeTile(tile: number, packed: Uint8Array | null): void {
    const { left, top, right, bottom } = this.tileRect(tile)
    for (let y = top; y < bottom; y += 1) {
      const row = y * this.width
      if (packed === null) {
        this.pixels.fill(0, row + left, row + right)
        continue
      }
      for (let x = left; x < right; x += 1) {
        const bit = (y - top) * TILE + (x - left)
        this.pixels[row + x] = ((packed[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1
      }
    }
  }

  /** Return all pixels with one bit each, rows padded to whole bytes, as in a PNG. */
  pack(): Uint8Array<ArrayBuffer> {
    const rowBytes = Math.ceil(this.width / 8)
    const packed = new Uint8Array(rowBytes * this.height)
    this.pixels.forEach((pixel, index) => {
      if (pixel === 0) return
      const x = index % this.width
      const at = Math.floor(index / this.width) * rowBytes + (x >> 3)
      packed[at] = (packed[at] ?? 0) | (128 >> (x & 7))
    })
    return packed
  }

  /** Set all pixels to those that `pack` returned for a mask of this size. */
  unpack(packed: Uint8Array): void {
    const rowBytes = Math.ceil(this.width / 8)
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) {
        const byte = packed[y * rowBytes + (x >> 3)] ?? 0
        this.pixels[y * this.width + x] = (byte >> (7 - (x & 7))) & 1
      }
    }
  }
}
