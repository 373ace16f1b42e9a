import type { GeneratedImage } from '../../graphql/store/generation'
import { fetchImage } from './fetchImage'

/** Report whether the browser can put images on the clipboard. It needs HTTPS or this machine. */
export function canCopyImages(): boolean {
  return typeof ClipboardItem !== 'undefined' && navigator.clipboard?.write !== undefined
}

/** Put the PNG of an image on the clipboard. Call it in an event handler: the browser requires one. */
export async function copyImage(image: GeneratedImage): Promise<void> {
  // A promise instead of the content, because Safari requires the call before the first wait.
  const png = fetchImage(image).then((response) => response.blob())
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
}
