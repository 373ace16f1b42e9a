import { browserFiles } from '../../../storage/browserFiles'
import type { MaskBitmap } from './maskBitmap'
import { compress, decompress } from './maskFile'

interface StoredMask {
  width: number
  height: number
  compressed: Uint8Array<ArrayBuffer>
}

function isStoredMask(value: unknown): value is StoredMask {
  return value instanceof Object && 'compressed' in value && value.compressed instanceof Uint8Array
}

/** Store a mask in the browser, under the key of its source. Resolves to false if that failed. */
export async function saveMask(key: string, mask: MaskBitmap): Promise<boolean> {
  if (mask.isEmpty()) {
    await browserFiles.remove('masks', key)
    return true
  }
  const { width, height } = mask
  const compressed = await compress(mask.pack())
  return browserFiles.set('masks', key, { width, height, compressed } satisfies StoredMask)
}

/** Return the pixels of a stored mask of this size, packed. Null if there is none. */
export async function loadMask(
  key: string,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array<ArrayBuffer> | null> {
  const stored = await browserFiles.get('masks', key)
  if (!isStoredMask(stored) || stored.width !== width || stored.height !== height) return null
  return decompress(stored.compressed).catch(() => null)
}
