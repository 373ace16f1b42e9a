import { useEffect, useState } from 'react'
import { decodedPlaceholder, placeholderUrl } from './thumbhash'

/** An image that appears sooner needs no placeholder. Decoding one takes milliseconds. */
const DELAY_MS = 100

/** Return the URL of the placeholder of an image; null while none is needed. */
export function usePlaceholder(thumbhash: string | undefined, isLoaded: boolean): string | null {
  const [url, setUrl] = useState(() => (thumbhash ? decodedPlaceholder(thumbhash) : null))
  useEffect(() => {
    if (isLoaded || !thumbhash) return
    const timer = setTimeout(() => setUrl(placeholderUrl(thumbhash)), DELAY_MS)
    return () => clearTimeout(timer)
  }, [isLoaded, thumbhash])
  return isLoaded ? null : url
}
