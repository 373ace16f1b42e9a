import type { GeneratedImage } from '../../graphql/store/generation'

/**
 * Fetch the PNG of an image, with its metadata.
 *
 * Throws if the studio cannot be reached, or the link has expired.
 */
export async function fetchImage(image: Pick<GeneratedImage, 'url'>): Promise<Response> {
  const response = await fetch(image.url, { credentials: 'omit' })
  // The query contains a signature, which must not reach a log.
  if (!response.ok) throw new Error(`${image.url.split('?')[0]}: HTTP ${response.status}`)
  return response
}
