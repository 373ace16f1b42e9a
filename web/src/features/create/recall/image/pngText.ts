/**
 * Reader for the metadata chunks of PNG files: tEXt (Latin-1), zTXt (compressed), iTXt (UTF-8) and
 * eXIf. Specification: https://www.w3.org/TR/png-3/
 */

import { readExif } from './exif'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const LATIN = new TextDecoder('latin1')
const UTF8 = new TextDecoder()
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true })
/** Limit in bytes, so that a small compressed chunk cannot exhaust memory. */
const MAX_TEXT_BYTES = 1_000_000

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte)
}

/** Decode Latin-1, or the UTF-8 that many programs write instead. Latin-1 text is rarely valid UTF-8. */
function decodeLatin(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes)
  } catch {
    return LATIN.decode(bytes)
  }
}

async function inflate(compressed: Uint8Array): Promise<Uint8Array> {
  const source = new Blob([compressed as Uint8Array<ArrayBuffer>]).stream()
  const reader = source.pipeThrough(new DecompressionStream('deflate')).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > MAX_TEXT_BYTES) throw new Error('PNG text chunk exceeds 1,000,000 bytes')
    parts.push(value)
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function upToNull(bytes: Uint8Array, from: number): [Uint8Array, number] {
  const end = bytes.indexOf(0, from)
  if (end === -1) throw new Error('PNG text chunk has no keyword terminator')
  return [bytes.subarray(from, end), end + 1]
}

async function readText(type: string, body: Uint8Array): Promise<[string, string]> {
  const [keyword, afterKeyword] = upToNull(body, 0)
  const name = LATIN.decode(keyword)
  if (type === 'tEXt') return [name, decodeLatin(body.subarray(afterKeyword))]
  if (type === 'zTXt') {
    return [name, decodeLatin(await inflate(body.subarray(afterKeyword + 1)))]
  }
  const compressed = body[afterKeyword] === 1
  const [, afterLanguage] = upToNull(body, afterKeyword + 2)
  const [, afterTranslation] = upToNull(body, afterLanguage)
  const text = body.subarray(afterTranslation)
  return [name, UTF8.decode(compressed ? await inflate(text) : text)]
}

/** Read all text chunks by keyword, and the text tags of the Exif chunk. */
export async function readPngTexts(bytes: Uint8Array): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const type = LATIN.decode(bytes.subarray(at + 4, at + 8))
    const end = at + 8 + length
    if (end > bytes.length || type === 'IEND') break
    if (type === 'tEXt' || type === 'iTXt' || type === 'zTXt') {
      // Skip a damaged chunk; the others may be readable.
      const read = await readText(type, bytes.subarray(at + 8, end)).catch(() => null)
      if (read) texts.set(...read)
    }
    if (type === 'eXIf') {
      for (const entry of readExif(bytes.subarray(at + 8, end))) texts.set(...entry)
    }
    at = end + 4
  }
  return texts
}
