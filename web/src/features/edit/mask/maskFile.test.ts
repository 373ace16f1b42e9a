// @vitest-environment node
import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { MaskBitmap } from './maskBitmap'
import { compress, decompress, encodeMask } from './maskFile'

/** Decode a PNG with one bit per pixel and without filters, independently of the encoder. */
function decode(png: Buffer): { width: number; height: number; pixels: number[] } {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  // One bit per pixel, grayscale, and the only methods that PNG defines.
  expect([...png.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0])
  const length = png.readUInt32BE(33)
  expect(png.subarray(37, 41).toString()).toBe('IDAT')
  const rows = inflateSync(png.subarray(41, 41 + length))
  const rowBytes = Math.ceil(width / 8) + 1
  const pixels: number[] = []
  for (let y = 0; y < height; y += 1) {
    expect(rows[y * rowBytes]).toBe(0)
    for (let x = 0; x < width; x += 1) {
      pixels.push(((rows[y * rowBytes + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1)
    }
  }
  return { width, height, pixels }
}

test.each([
  [1, 1],
  [8, 3],
  [13, 70],
  [200, 65],
])('a mask of %d × %d pixels is encoded exactly: white changes', async (width, height) => {
  const mask = new MaskBitmap(width, height)
  for (let index = 0; index < mask.pixels.length; index += 1) {
    mask.pixels[index] = (index * 7919) % 5 < 2 ? 1 : 0
  }
  const file = await encodeMask(mask)
  expect(file.type).toBe('image/png')
  const decoded = decode(Buffer.from(await file.arrayBuffer()))
  expect(decoded).toEqual({ width, height, pixels: [...mask.pixels] })
})

test('packed pixels survive compression', async () => {
  const mask = new MaskBitmap(77, 31)
  for (let index = 0; index < mask.pixels.length; index += 3) mask.pixels[index] = 1
  const copy = new MaskBitmap(77, 31)
  copy.unpack(await decompress(await compress(mask.pack())))
  expect(copy.pixels).toEqual(mask.pixels)
})

test('damaged bytes are rejected', async () => {
  await expect(decompress(new Uint8Array([1, 2, 3, 4]))).rejects.toThrow()
})
