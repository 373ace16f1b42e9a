import type { Page } from 'playwright-core'

const TIMEOUT_MS = 10_000

/** Where the pointer waits for the page to accept the file: in the corner of the window. */
const CORNER = { x: 8, y: 8 }

/** Drop a file or folder from the file system at a position, as the browser does. */
export async function drop(page: Page, path: string, x = 640, y = 400): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  const dispatch = (type: 'dragEnter' | 'dragOver' | 'drop', position: { x: number; y: number }) =>
    session.send('Input.dispatchDragEvent', { type, ...position, data })
  await dispatch('dragEnter', CORNER)
  const accepted = page.getByText('Drop it here to edit the image')
  const deadline = Date.now() + TIMEOUT_MS
  do await dispatch('dragOver', CORNER)
  while (!(await accepted.isVisible()) && Date.now() < deadline)
  // One movement to another element: the page receives dragenter without dragover. The same happens
  // when the page changes below a pointer that rests.
  await dispatch('dragOver', { x, y })
  await dispatch('drop', { x, y })
  await session.detach()
}
