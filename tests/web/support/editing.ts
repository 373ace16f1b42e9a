import type { Page } from 'playwright-core'
import type { Visit } from './browser.ts'
import { settledBox } from './eventually.ts'
import { decodePng, type Pixels } from './png.ts'
import type { Studio } from './studio.ts'

/** Support for the tests of the edit mode. */

export interface Edited {
  id: string
  parentId: string | null
  operation: string
  prompt: string
  strength: number | null
  maskFeather: number | null
  upscaleFactor: number | null
  sourceUploadId: string | null
  sourceImageId: string | null
  sourceUrl: string | null
  maskUrl: string | null
  images: { id: string; url: string; width: number; height: number }[]
}

const NEWEST = `{ generations(first: 1, filter: {statuses: [SUCCEEDED]}) { edges { node {
  id parentId operation prompt strength maskFeather upscaleFactor sourceUploadId sourceImageId sourceUrl
  maskUrl images { id url width height }
} } } }`

interface Newest {
  generations: { edges: { node: Edited }[] }
}

export async function newest(studio: Studio, link: string): Promise<Edited> {
  const { generations } = await studio.request<Newest>(link, NEWEST)
  const [edge] = generations.edges
  if (!edge) throw new Error('There is no finished generation.')
  return edge.node
}

/** Wait for a generation that is newer than another one, and return it. */
export async function nextAfter(studio: Studio, link: string, id: string): Promise<Edited> {
  for (let attempt = 0; attempt < 240; attempt += 1) {
    const found = await newest(studio, link)
    if (found.id !== id) return found
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error('The edit was not finished within a minute.')
}

export async function pixelsAt(url: string | null | undefined): Promise<Pixels> {
  const response = await fetch(url ?? '', { headers: { connection: 'close' } })
  if (!response.ok) throw new Error(`${response.status} for the image`)
  return decodePng(Buffer.from(await response.arrayBuffer()))
}

/** Open an image in the edit mode by its address, and wait until it is shown. */
export async function openEditor(
  { page }: Visit,
  studio: Studio,
  generation: Pick<Edited, 'id'>,
): Promise<void> {
  await page.goto(`${studio.url}/#/edit/${generation.id}/0`)
  await editorIsReady(page)
}

export async function editorIsReady(page: Page): Promise<void> {
  await stage(page).waitFor()
  await page.waitForFunction(() => {
    const image = document.querySelector<HTMLImageElement>('[role=application] img')
    return image?.complete === true && image.naturalWidth > 0
  })
}

export const stage = (page: Page) => page.getByRole('application')
export const create = (page: Page) => page.getByRole('button', { name: 'Create', exact: true })

/** Return the position in the window of a point of the image, given as parts of its sides. */
export async function onImage(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await settledBox(page.locator('[role=application] img').first())
  return { x: box.x + x * box.width, y: box.y + y * box.height }
}

/** Paint from one point of the image to another with the mouse. */
export async function paint(page: Page, from: [number, number], to: [number, number]) {
  const start = await onImage(page, ...from)
  const end = await onImage(page, ...to)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 8 })
  await page.mouse.up()
}

/** Count the pixels of the shown mask that are not transparent, in the next frames. */
export function shownMask(page: Page): Promise<number> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    const canvas = document.querySelector<HTMLCanvasElement>('[role=application] canvas')
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
    return data?.filter((value, index) => index % 4 === 3 && value > 0).length ?? 0
  })
}
