import { FORMATS } from '../formats/formats'
import type { RecalledSettings } from '../recalledSettings'
import { isJpeg, readJpegTexts } from './jpegText'
import { isPng, readPngTexts } from './pngText'
import { isWebp, readWebpTexts } from './webpText'

export type ImageFile =
  | { kind: 'settings'; recalled: RecalledSettings }
  /** The file contains settings in a form that no reader supports. */
  | { kind: 'unsupported'; program: string }
  | { kind: 'none' }
  | { kind: 'not-an-image' }
  | { kind: 'unreadable' }

const HEADER_LENGTH = 12

/** Read the texts in the metadata of an image. Returns null for other files. */
async function readTexts(file: Blob): Promise<Map<string, string> | null> {
  // Check the type first, so that a long video is not loaded.
  const header = new Uint8Array(await file.slice(0, HEADER_LENGTH).arrayBuffer())
  const read = readerFor(header)
  return read === null ? null : read(new Uint8Array(await file.arrayBuffer()))
}

function readerFor(header: Uint8Array) {
  if (isPng(header)) return readPngTexts
  if (isJpeg(header)) return readJpegTexts
  return isWebp(header) ? readWebpTexts : null
}

/** Read the settings embedded in a PNG, JPEG or WebP file. */
export async function readImageFile(file: Blob): Promise<ImageFile> {
  // A folder, or a file that was deleted or that the user may not read.
  const texts = await readTexts(file).catch(() => undefined)
  if (texts === undefined) return { kind: 'unreadable' }
  if (texts === null) return { kind: 'not-an-image' }
  let unsupported: string | undefined
  for (const { program, carries, read } of FORMATS) {
    if (!carries(texts)) continue
    const recalled = read(texts)
    if (recalled) return { kind: 'settings', recalled }
    unsupported ??= program
  }
  return unsupported === undefined
    ? { kind: 'none' }
    : { kind: 'unsupported', program: unsupported }
}
