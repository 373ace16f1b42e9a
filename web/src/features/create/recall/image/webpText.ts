import { readExif } from './exif'

const LATIN = new TextDecoder('latin1')

const fourCharacters = (bytes: Uint8Array, at: number) => LATIN.decode(bytes.subarray(at, at + 4))

export function isWebp(bytes: Uint8Array): boolean {
  return fourCharacters(bytes, 0) === 'RIFF' && fourCharacters(bytes, 8) === 'WEBP'
}

/** Read the text tags of the Exif chunk. Specification: RFC 9649. */
export function readWebpTexts(bytes: Uint8Array): Map<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true)
    if (fourCharacters(bytes, at) === 'EXIF')
      return readExif(bytes.subarray(at + 8, at + 8 + length))
    at += 8 + length + (length % 2)
  }
  return new Map()
}
