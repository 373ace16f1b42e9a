const TIMEOUT_MS = 5_000
/** Tried in this order. */
const CONTROLS = ['[aria-invalid="true"]', 'input:checked', 'input', 'textarea', 'button']

/** Return the visible control of a field. Opens its section if that is closed. */
function visibleControl(field: string): HTMLElement | null {
  for (const wrapper of document.querySelectorAll(`[data-field="${field}"]`)) {
    const section = wrapper.closest('details')
    if (section?.checkVisibility()) section.open = true
    for (const selector of CONTROLS) {
      const control = wrapper.querySelector<HTMLElement>(selector)
      if (control?.checkVisibility()) return control
    }
  }
  return null
}

/**
 * Focus the control of a field and scroll to it. If it is not visible, call `open` and wait for it: its
 * picker or panel may have to load. Returns a function that stops waiting.
 */
export function revealField(field: string, open: () => void): () => void {
  const focus = () => {
    const control = visibleControl(field)
    control?.focus({ preventScroll: true })
    control?.scrollIntoView({ block: 'nearest' })
    return control !== null
  }
  if (focus()) return () => {}
  const observer = new MutationObserver(() => {
    if (focus()) stop()
  })
  const timer = setTimeout(() => observer.disconnect(), TIMEOUT_MS)
  const stop = () => {
    clearTimeout(timer)
    observer.disconnect()
  }
  observer.observe(document.body, { subtree: true, childList: true, attributes: true })
  open()
  return stop
}

/** Show the first refused control inside an element, or the message if none is marked. */
export function revealError(form: HTMLElement): void {
  const field = form.querySelector<HTMLElement>('[aria-invalid="true"]')
  if (field === null) {
    form.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' })
    return
  }
  const section = field.closest('details')
  if (section) section.open = true
  field.focus({ preventScroll: true })
  field.scrollIntoView({ block: 'center' })
}
