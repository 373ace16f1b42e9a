import { readInvokeAiChunk, readOwnChunk } from './chunks'
import { readParameters } from './parameters'
import { readPngTexts } from './pngText'
import type { Recalled } from './recalled'

/** The readers, best first: our chunk knows more than the text that we write beside it. */
const READERS: [string, (text: string) => Recalled | null][] = [
  ['genai_studio', readOwnChunk],
  ['invokeai_metadata', readInvokeAiChunk],
  ['parameters', readParameters],
]

/** The settings that a picture's file carries; null when it carries none. */
export async function recallFromFile(file: Blob): Promise<Recalled | null> {
  const texts = await readPngTexts(new Uint8Array(await file.arrayBuffer()))
  for (const [keyword, read] of READERS) {
    const text = texts.get(keyword)
    const recalled = text === undefined ? null : read(text)
    if (recalled) return recalled
  }
  return null
}
