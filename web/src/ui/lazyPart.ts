import { type ComponentType, lazy } from 'react'

const RETRY_DELAY_MS = 5000

/** Resolve when the browser is online again, or after a delay. */
const untilRetry = () =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, RETRY_DELAY_MS)
    window.addEventListener('online', () => resolve(), { once: true })
  })

/** Request the style sheets again that failed to load. Vite adds each of them only once. */
function reloadFailedStyleSheets(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    if (link.sheet === null) link.replaceWith(link.cloneNode())
  }
}

/** Call `load` until it succeeds. */
export async function loadPart<Module>(load: () => Promise<Module>): Promise<Module> {
  for (;;) {
    try {
      return await load()
    } catch {
      await untilRetry()
      reloadFailedStyleSheets()
    }
  }
}

/**
 * React's `lazy` for scripts that may fail to load, for example while the browser is offline. The part
 * appears when they are loaded. With `lazy`, the failure would remove the whole page.
 */
export function lazyPart<Props>(load: () => Promise<{ default: ComponentType<Props> }>) {
  return lazy(() => loadPart(load))
}
