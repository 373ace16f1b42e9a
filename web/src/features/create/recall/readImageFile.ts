import { readInvokeAiChunk, readStudioChunk } from './metadataChunks'
import { readParameters } from './parameters'
import { readPngTexts } from './pngText'
import type { RecalledSettings } from './recalledSettings'

/** Readers by chunk keyword, most complete first: the studio writes two chunks per image. */
const READERS: [string, (text: string) => RecalledSettings | null][] = [
  ['genai_studio', readStudioChunk],
  ['invokeai_metadata', readInvokeAiChunk],
  ['parameters', readParameters],
]

/** Read the settings embedded in a PNG file. Returns null if there are none. */
export async function readImageFile(file: Blob): Promise<RecalledSettings | null> {
  const texts = await readPngTexts(new Uint8Array(await file.arrayBuffer()))
  for (const [keyword, read] of READERS) {
    const text = texts.get(keyword)
    const recalled = text === undefined ? null : read(text)
    if (recalled) return recalled
  }
  return null
}
