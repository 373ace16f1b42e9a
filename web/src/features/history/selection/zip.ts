import { downloadZip } from 'client-zip'
import type { Generation } from '../../../graphql/store/generation'

const MAX_NAME_LENGTH = 60

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Build a file name from a prompt, with characters that all file systems accept. */
export function fileName(prompt: string, id: string, index: number): string {
  // Marks are vowels and tones in many scripts, and joiners affect how letters connect.
  const words = prompt
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}\u200c\u200d]+/gu, ' ')
    .replace(/(^|\s)[\p{M}\u200c\u200d]+/gu, '$1')
    .trim()
  let name = ''
  for (const { segment } of GRAPHEMES.segment(words)) {
    if (name.length + segment.length > MAX_NAME_LENGTH) break
    name += segment
  }
  name = name.trim()
  return `${name || 'image'} ${id.slice(-8)}-${index + 1}.png`
}

async function* filesOf(generations: readonly Generation[]) {
  for (const { images, prompt, id, createdAt } of generations) {
    for (const [index, image] of images.entries()) {
      const response = await fetch(image.url, { credentials: 'omit' })
      if (!response.ok) throw new Error(`${image.url.split('?')[0]}: HTTP ${response.status}`)
      yield {
        name: fileName(prompt, id, index),
        lastModified: new Date(createdAt),
        input: response,
      }
    }
  }
}

/** Download the images as one ZIP file. The PNG files include their metadata. */
export async function saveAsZip(generations: readonly Generation[]): Promise<void> {
  const blob = await downloadZip(filesOf(generations)).blob()
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = `genai-studio ${new Date().toISOString().slice(0, 10)}.zip`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
