import { useEffect, useMemo, useState } from 'react'
import { useGenerationLookup } from '../../generations/useGenerationLookup'
import type { EditSource } from './editSource'
import { findLocalFile } from './localFiles'

export type SourceLookup =
  | { kind: 'loading' }
  | { kind: 'found'; source: EditSource }
  | { kind: 'notFound' }
  | { kind: 'failed'; refetch: () => void }
  /** The browser no longer has the file. */
  | { kind: 'fileMissing' }
  /** The file is not an image that the browser can show. */
  | { kind: 'fileDamaged' }

/** Find an image of the studio. */
export function useImageSource(id: string, index: number): SourceLookup {
  const { generation, missing, refetch } = useGenerationLookup(id)
  const image = generation?.images[index]
  return useMemo((): SourceLookup => {
    if (generation && image) {
      const { width, height, url } = image
      const key = `image ${image.id}`
      return {
        kind: 'found',
        source: { kind: 'image', key, url, width, height, generation, image },
      }
    }
    if (generation === undefined && missing === 'loading') return { kind: 'loading' }
    if (generation === undefined && missing === 'failed') return { kind: 'failed', refetch }
    return { kind: 'notFound' }
  }, [generation, image, missing, refetch])
}

/** Find a file that was opened in this browser. */
export function useFileSource(sha256: string): SourceLookup {
  const [lookup, setLookup] = useState<SourceLookup>({ kind: 'loading' })
  useEffect(() => {
    let url: string | null = null
    let isCurrent = true
    const load = async (): Promise<SourceLookup> => {
      const file = await findLocalFile(sha256)
      if (!isCurrent) return { kind: 'loading' }
      if (file === undefined) return { kind: 'fileMissing' }
      url = URL.createObjectURL(file)
      const size = await sizeOf(url)
      if (size === null) return { kind: 'fileDamaged' }
      return {
        kind: 'found',
        source: { kind: 'file', key: `file ${sha256}`, url, ...size, file },
      }
    }
    void load().then((found) => isCurrent && setLookup(found))
    return () => {
      isCurrent = false
      if (url !== null) URL.revokeObjectURL(url)
    }
  }, [sha256])
  return lookup
}

/** Return the size of an image, upright as the studio decodes it. */
async function sizeOf(url: string): Promise<{ width: number; height: number } | null> {
  const image = new Image()
  image.src = url
  try {
    await image.decode()
  } catch {
    return null
  }
  return { width: image.naturalWidth, height: image.naturalHeight }
}
