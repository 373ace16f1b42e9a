import { readImageFile } from '../image/readImageFile'
import type { RecalledSettings } from '../recalledSettings'

/** Read the settings of a file that must have some. */
export async function recall(file: Blob): Promise<RecalledSettings> {
  const read = await readImageFile(file)
  if (read.kind !== 'settings') throw new Error(`The file has no settings: ${read.kind}`)
  return read.recalled
}
