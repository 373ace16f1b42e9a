import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'

const FIXTURES = join(import.meta.dirname, '../../../../../../tests/fixtures/recall')

/** Read an image of another program. */
export function fixture(name: string): Blob {
  return new Blob([new Uint8Array(readFileSync(join(FIXTURES, name)))])
}

/** Build a PNG that has only these chunks. The reader does not verify checksums. */
export function png(...chunks: [type: string, body: Uint8Array][]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  ]
  for (const [type, body] of [...chunks, ['IEND', Buffer.alloc(0)] as const]) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length)
    parts.push(new Uint8Array(Buffer.concat([length, Buffer.from(type), body, Buffer.alloc(4)])))
  }
  return new Blob(parts)
}

export const tEXt = (
  keyword: string,
  text: string,
  encoding: BufferEncoding = 'utf8',
): [string, Buffer] => ['tEXt', Buffer.from(`${keyword}\0${text}`, encoding)]

export const iTXt = (keyword: string, text: string): [string, Buffer] => [
  'iTXt',
  Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`), Buffer.from(text)]),
]

export const zTXt = (keyword: string, text: string): [string, Buffer] => [
  'zTXt',
  Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(Buffer.from(text))]),
]

/** Build Exif data with one UserComment, in the byte order of the TIFF header. */
export function exif(comment: Buffer, byteOrder: 'II' | 'MM' = 'MM'): Buffer {
  const number = (value: number, length: number) => {
    const bytes = Buffer.alloc(length)
    if (byteOrder === 'II') bytes.writeUIntLE(value, 0, length)
    else bytes.writeUIntBE(value, 0, length)
    return bytes
  }
  const u16 = (value: number) => number(value, 2)
  const u32 = (value: number) => number(value, 4)
  const directory = (tag: number, type: number, count: number, value: number) =>
    Buffer.concat([u16(1), u16(tag), u16(type), u32(count), u32(value), u32(0)])
  return Buffer.concat([
    Buffer.from(byteOrder),
    u16(42),
    u32(8),
    directory(0x8769, 4, 1, 26),
    directory(0x9286, 7, comment.length, 44),
    comment,
  ])
}

export function jpeg(exifData: Buffer): Blob {
  const body = Buffer.concat([Buffer.from('Exif\0\0'), exifData])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(body.length + 2)
  const end = Buffer.from([0xff, 0xda, 0, 2])
  return new Blob([
    new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1]), length, body, end])),
  ])
}

export function webp(exifData: Buffer): Blob {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(exifData.length)
  const odd = Buffer.from([1, 0, 0, 0, 7, 0]) // one byte and its padding
  return new Blob([
    new Uint8Array(
      Buffer.concat([
        Buffer.from('RIFF\0\0\0\0WEBPVP8X'),
        odd,
        Buffer.from('EXIF'),
        length,
        exifData,
      ]),
    ),
  ])
}

/** Encode a UserComment as UTF-16, with its character set. */
export function unicodeComment(text: string, isLittle: boolean): Buffer {
  const utf16 = Buffer.from(text, 'utf16le')
  return Buffer.concat([Buffer.from('UNICODE\0'), isLittle ? utf16 : utf16.swap16()])
}
