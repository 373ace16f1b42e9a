import type { Page } from 'playwright-core'

const TIMEOUT_MS = 10_000

/** Drop a file or folder from the file system at a position, as the browser does. */
export async function drop(page: Page, path: string, x = 640, y = 400): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  const dispatch = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x, y, data })
  await dispatch('dragEnter')
  // A user's pointer moves until the page shows that it accepts the file. The browser sends one
  // movement to no element while the page changes below the pointer.
  const accepted = page.getByText('Drop it here to edit the image')
  const deadline = Date.now() + TIMEOUT_MS
  do await dispatch('dragOver')
  while (!(await accepted.isVisible()) && Date.now() < deadline)
  await dispatch('dragOver')
  await dispatch('drop')
  await session.detach()
}
