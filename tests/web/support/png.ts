import { inflateSync } from 'node:zlib'

/** The pixels of a PNG, `channels` bytes each. */
export interface Pixels {
  width: number
  height: number
  channels: number
  data: Buffer
}

/** Channels by color type. The studio stores grayscale and RGB. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3 }

/** Decode an 8-bit PNG without palette, alpha or interlacing. */
export function decodePng(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const channels = CHANNELS[png[25] ?? -1]
  if (png[24] !== 8 || png[28] !== 0 || channels === undefined) {
    throw new Error(`Unsupported PNG: ${[...png.subarray(24, 29)]}`)
  }
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(png.subarray(at + 8, at + 8 + length))
    }
    at += length + 12
  }
  const stride = width * channels
  const rows = inflateSync(Buffer.concat(parts))
  const data = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x
      const left = x < channels ? 0 : (data[at - channels] ?? 0)
      const above = y === 0 ? 0 : (data[at - stride] ?? 0)
      const corner = x < channels || y === 0 ? 0 : (data[at - stride - channels] ?? 0)
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]
      data[at] = (rows[y * (stride + 1) + 1 + x] ?? 0) + (predicted ?? 0)
    }
  }
  return { width, height, channels, data }
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const distances = [left, above, corner].map((value) => Math.abs(estimate - value))
  const nearest = Math.min(...distances)
  return [left, above, corner][distances.indexOf(nearest)] ?? 0
}
