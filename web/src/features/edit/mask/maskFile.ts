import type { MaskBitmap } from './maskBitmap'

/**
 * Encode a mask as PNG with one bit per pixel. White changes. The pixels are exactly those of the mask,
 * since no canvas is involved.
 */
export async function encodeMask(mask: MaskBitmap): Promise<Blob> {
  const rowBytes = Math.ceil(mask.width / 8)
  const packed = mask.pack()
  // Each row begins with its filter. 0 is none.
  const rows = new Uint8Array((rowBytes + 1) * mask.height)
  for (let y = 0; y < mask.height; y += 1) {
    rows.set(packed.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1)
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, mask.width)
  view.setUint32(4, mask.height)
  header[8] = 1 // bits per pixel; the other bytes select grayscale without interlacing
  const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return new Blob(
    [
      signature,
      chunk('IHDR', header),
      chunk('IDAT', await compress(rows)),
      chunk('IEND', new Uint8Array()),
    ],
    { type: 'image/png' },
  )
}

/** Compress bytes in the zlib format, which PNG uses. */
export async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return pipe(bytes, new CompressionStream('deflate'))
}

/** Reverse `compress`. Rejects if the bytes are damaged. */
export async function decompress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return pipe(bytes, new DecompressionStream('deflate'))
}

async function pipe(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(through)
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)))
  return bytes
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
