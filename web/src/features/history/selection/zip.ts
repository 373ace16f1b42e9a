import { downloadZip } from 'client-zip'
import type { Generation } from '../../../graphql/store/generation'
import { fetchImage } from '../../files/fetchImage'
import { fileName } from '../../files/fileName'

async function* filesOf(generations: readonly Generation[]) {
  for (const { images, prompt, id, createdAt } of generations) {
    for (const [index, image] of images.entries()) {
      yield {
        name: fileName(prompt, id, index),
        lastModified: new Date(createdAt),
        input: await fetchImage(image),
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
