import { browserFiles } from '../../../storage/browserFiles'
import { sha256Of } from '../upload/sha256'

export const FILE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const
/** Limits of the API for uploads. */
const MAX_BYTES = 20 * 1024 * 1024

export type OpenedFile =
  | { kind: 'opened'; sha256: string }
  | { kind: 'type' }
  | { kind: 'size' }
  | { kind: 'unreadable' }

/** Files of this visit. They are kept here in case the browser does not store them. */
const opened = new Map<string, Blob>()

/** Accept a file as a source, and store it in the browser, so that a reload finds it again. */
export async function openLocalFile(file: File): Promise<OpenedFile> {
  if (!FILE_TYPES.some((type) => type === file.type)) return { kind: 'type' }
  if (file.size > MAX_BYTES) return { kind: 'size' }
  try {
    // A copy, because a `File` cannot be read anymore after the file on the disk changed.
    const copy = new Blob([await file.arrayBuffer()], { type: file.type })
    const sha256 = await sha256Of(copy)
    opened.clear()
    opened.set(sha256, copy)
    await browserFiles.set('images', sha256, copy)
    return { kind: 'opened', sha256 }
  } catch {
    return { kind: 'unreadable' }
  }
}

/** Return a file that was opened before. Undefined if the browser no longer has it. */
export async function findLocalFile(sha256: string): Promise<Blob | undefined> {
  const known = opened.get(sha256)
  if (known) return known
  const stored = await browserFiles.get('images', sha256)
  return stored instanceof Blob ? stored : undefined
}
