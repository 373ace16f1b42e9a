/** Marks the popup, so that the pointer can move onto it. */
export const TOOLTIP_ATTRIBUTE = 'data-tooltip-popup'

const SHOW_DELAY_MS = 400
/** Long enough to move the pointer from the element to the tooltip, or to the next element. */
const HIDE_DELAY_MS = 150

function elementOf(event: Event): HTMLElement | null {
  return event.target instanceof Element
    ? event.target.closest<HTMLElement>('[data-tooltip]')
    : null
}

function isOnPopup(event: Event): boolean {
  return event.target instanceof Element && event.target.closest(`[${TOOLTIP_ATTRIBUTE}]`) !== null
}

/**
 * Call `show` with the element whose tooltip is to be shown, and with null to hide it. A tooltip
 * appears under a mouse pointer or with keyboard focus; a press or a key hides it. Returns a function
 * that stops watching.
 */
export function watchTooltips(
  root: Document,
  show: (element: HTMLElement | null) => void,
): () => void {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let wanted: HTMLElement | null = null
  let shown: HTMLElement | null = null

  const change = (element: HTMLElement | null, delay: number) => {
    if (element === wanted) return
    clearTimeout(timer)
    wanted = element
    const apply = () => {
      const next = wanted?.isConnected ? wanted : null
      if (next === shown) return
      shown = next
      show(next)
    }
    if (delay === 0 || element === shown) apply()
    else timer = setTimeout(apply, delay)
  }
  const request = (element: HTMLElement | null) =>
    // The next tooltip follows at once while one is visible.
    change(element, element === null ? HIDE_DELAY_MS : shown === null ? SHOW_DELAY_MS : 0)
  const hide = () => change(null, 0)

  const listen = <Name extends keyof DocumentEventMap>(
    name: Name,
    handle: (event: DocumentEventMap[Name]) => void,
  ) => root.addEventListener(name, handle, { capture: true, signal: stop.signal })
  listen('pointerover', (event) => {
    // After a tap, the label would cover what the tap opens.
    if (event.pointerType === 'touch') return
    if (isOnPopup(event)) change(shown, 0)
    else request(elementOf(event))
  })
  listen('pointerleave', (event) => event.target === root.documentElement && request(null))
  listen('focusin', (event) => {
    const element = elementOf(event)
    request(element?.matches(':focus-visible') ? element : null)
  })
  listen('focusout', hide)
  listen('pointerdown', hide)
  listen('keydown', hide)
  listen('scroll', hide)
  return () => {
    clearTimeout(timer)
    stop.abort()
  }
}
