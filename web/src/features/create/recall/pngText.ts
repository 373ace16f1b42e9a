/** The text chunks of a PNG by keyword: tEXt (Latin-1), iTXt (UTF-8) and zTXt, packed or not. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const LATIN = new TextDecoder('latin1')
const UTF8 = new TextDecoder()
/** No settings are longer; a packed chunk may claim to be. */
const LONGEST = 1_000_000

function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte)
}

async function inflate(packed: Uint8Array): Promise<Uint8Array> {
  const source = new Blob([packed as Uint8Array<ArrayBuffer>]).stream()
  const reader = source.pipeThrough(new DecompressionStream('deflate')).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > LONGEST) throw new Error('a text chunk is too long')
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
  if (end === -1) throw new Error('a text chunk has no end of its keyword')
  return [bytes.subarray(from, end), end + 1]
}

async function readText(type: string, body: Uint8Array): Promise<[string, string]> {
  const [keyword, afterKeyword] = upToNull(body, 0)
  const name = LATIN.decode(keyword)
  if (type === 'tEXt') return [name, LATIN.decode(body.subarray(afterKeyword))]
  if (type === 'zTXt') {
    return [name, LATIN.decode(await inflate(body.subarray(afterKeyword + 1)))]
  }
  const packed = body[afterKeyword] === 1
  const [, afterLanguage] = upToNull(body, afterKeyword + 2)
  const [, afterTranslation] = upToNull(body, afterLanguage)
  const text = body.subarray(afterTranslation)
  return [name, UTF8.decode(packed ? await inflate(text) : text)]
}

export async function readPngTexts(bytes: Uint8Array): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  if (!isPng(bytes)) return texts
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const type = LATIN.decode(bytes.subarray(at + 4, at + 8))
    const end = at + 8 + length
    if (end > bytes.length || type === 'IEND') break
    if (type === 'tEXt' || type === 'iTXt' || type === 'zTXt') {
      // A chunk that is damaged says nothing; the others still may.
      const read = await readText(type, bytes.subarray(at + 8, end)).catch(() => null)
      if (read) texts.set(...read)
    }
    at = end + 4
  }
  return texts
}
