import { thumbHashToDataURL } from 'thumbhash'

const cache = new Map<string, string | null>()

/** Return the data URL of a thumbhash if it has been decoded before. */
export const decodedPlaceholder = (thumbhash: string) => cache.get(thumbhash) ?? null

/** Decode a thumbhash to a data URL. Returns null if it is invalid. */
export function placeholderUrl(thumbhash: string): string | null {
  const known = cache.get(thumbhash)
  if (known !== undefined) return known
  const url = decode(thumbhash)
  cache.set(thumbhash, url)
  return url
}

function decode(thumbhash: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0))
    return bytes.length < 5 ? null : thumbHashToDataURL(bytes)
  } catch {
    return null
  }
}
