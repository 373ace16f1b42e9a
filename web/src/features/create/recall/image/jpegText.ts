import { readExif } from './exif'

/** Markers of JPEG segments, from ITU-T T.81. */
const START_OF_IMAGE = 0xd8
const START_OF_SCAN = 0xda
const APP1 = 0xe1
const COMMENT = 0xfe
const UTF8 = new TextDecoder()

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === START_OF_IMAGE && bytes[2] === 0xff
}

/** Read the text tags of the Exif segment, and the comment segment as `comment`. */
export function readJpegTexts(bytes: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]
    if (marker === START_OF_SCAN) break
    const body = bytes.subarray(at + 4, at + 2 + view.getUint16(at + 2))
    if (marker === COMMENT) texts.set('comment', UTF8.decode(body))
    if (marker === APP1) for (const entry of readExif(body)) texts.set(...entry)
    at += 2 + view.getUint16(at + 2)
  }
  return texts
}
