import { thumbHashToDataURL } from 'thumbhash'

const made = new Map<string, string | null>()

/** A thumbhash as a tiny image; null when it is none. */
export function placeholderUrl(thumbhash: string): string | null {
  const known = made.get(thumbhash)
  if (known !== undefined) return known
  const url = decode(thumbhash)
  made.set(thumbhash, url)
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
