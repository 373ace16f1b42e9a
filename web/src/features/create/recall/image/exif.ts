/**
 * Reader for the text tags of Exif data, which is a TIFF file. Specification: CIPA DC-008 (Exif 3.0)
 * and TIFF 6.0.
 */

/** The tags in which programs store settings, by number. */
const TEXT_TAGS = new Map([
  [0x010e, 'ImageDescription'],
  [0x010f, 'Make'],
  [0x0110, 'Model'],
  [0x0131, 'Software'],
  [0x9286, 'UserComment'],
  [0x927c, 'MakerNote'],
])
const EXIF_DIRECTORY = 0x8769
const BYTES_PER_VALUE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
const MAX_DIRECTORIES = 8

const UTF8 = new TextDecoder()
const CHARSET_LENGTH = 8

/**
 * Decode UTF-16 text. Programs disagree on the byte order, whatever the file says, so it is taken
 * from the text: characters of ASCII have a zero as their high byte.
 */
function decodeUtf16(bytes: Uint8Array, isLittleEndian: boolean): string {
  let highFirst = 0
  let lowFirst = 0
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0) continue
    if (index % 2 === 0) highFirst += 1
    else lowFirst += 1
  }
  const isLittle = highFirst === lowFirst ? isLittleEndian : lowFirst > highFirst
  return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(bytes)
}

/** Decode a UserComment, which starts with the name of its character set. */
function decodeComment(bytes: Uint8Array, isLittleEndian: boolean): string {
  const charset = UTF8.decode(bytes.subarray(0, CHARSET_LENGTH)).replaceAll('\0', '').trim()
  const text = bytes.subarray(CHARSET_LENGTH)
  if (charset === 'UNICODE') return decodeUtf16(text, isLittleEndian)
  // Some programs write the text without a character set.
  return UTF8.decode(charset === 'ASCII' || charset === '' ? text : bytes)
}

/** Read the text tags by name. Returns an empty map if the data is not Exif. */
export function readExif(data: Uint8Array): Map<string, string> {
  const hasPrefix = UTF8.decode(data.subarray(0, 6)) === 'Exif\0\0'
  const bytes = hasPrefix ? data.subarray(6) : data
  const texts = new Map<string, string>()
  const byteOrder = UTF8.decode(bytes.subarray(0, 2))
  if (byteOrder !== 'II' && byteOrder !== 'MM') return texts
  const isLittle = byteOrder === 'II'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const u16 = (at: number) => view.getUint16(at, isLittle)
  const u32 = (at: number) => view.getUint32(at, isLittle)

  const readDirectory = (at: number, directories: number[]) => {
    for (let index = 0; index < u16(at); index += 1) {
      const entry = at + 2 + index * 12
      const tag = u16(entry)
      if (tag === EXIF_DIRECTORY) directories.push(u32(entry + 8))
      const name = TEXT_TAGS.get(tag)
      if (name === undefined) continue
      const length = (BYTES_PER_VALUE[u16(entry + 2)] ?? 0) * u32(entry + 4)
      const start = length <= 4 ? entry + 8 : u32(entry + 8)
      const value = bytes.subarray(start, start + length)
      const text = name === 'UserComment' ? decodeComment(value, isLittle) : UTF8.decode(value)
      texts.set(name, text.replace(/\0+$/, ''))
    }
  }

  try {
    const directories = [u32(4)]
    // Bounded, because a damaged file may contain a cycle.
    for (let index = 0; index < Math.min(directories.length, MAX_DIRECTORIES); index += 1) {
      readDirectory(directories[index] ?? 0, directories)
    }
  } catch {
    // An offset lies outside the data. Keep what was read before it.
  }
  return texts
}
