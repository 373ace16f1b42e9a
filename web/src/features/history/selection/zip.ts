import { downloadZip } from 'client-zip'
import type { Generation } from '../../../graphql/store/generation'

const LONGEST_NAME = 60

/** A file name out of a prompt, one that every system takes. */
export function fileName(prompt: string, id: string, index: number): string {
  const words = prompt
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
    .trim()
  return `${words || 'image'} ${id.slice(-8)}-${index + 1}.png`
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

/** Packs the images, provenance and all, and hands the file to the browser. */
export async function saveAsZip(generations: readonly Generation[]): Promise<void> {
  const blob = await downloadZip(filesOf(generations)).blob()
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = `genai-studio ${new Date().toISOString().slice(0, 10)}.zip`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
