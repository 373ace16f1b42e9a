export interface ToastMessage {
  title: string
  /** An action such as Undo. It closes the toast. */
  action: { label: string; run: () => void } | undefined
}

/** Shows a toast and returns a function that closes it. */
type ShowToast = (toast: ToastMessage) => () => void

interface QueuedToast extends ToastMessage {
  /** Null until the toast is shown. */
  close: (() => void) | null
}

const pending: QueuedToast[] = []
const listeners = new Set<() => void>()
let consumer: ShowToast | null = null
let hasShownToast = false

/** Show a short message, optionally with an action. Returns a function that closes it. */
export function showToast(title: string, action?: ToastMessage['action']): () => void {
  const toast: QueuedToast = { title, action, close: null }
  pending.push(toast)
  hasShownToast = true
  flush()
  for (const listener of listeners) listener()
  return () => {
    const position = pending.indexOf(toast)
    if (position !== -1) pending.splice(position, 1)
    toast.close?.()
  }
}

/** Show pending and future toasts with `consume`. Returns a function that stops this. */
export function consumeToasts(consume: ShowToast): () => void {
  consumer = consume
  flush()
  return () => {
    consumer = null
  }
}

export function onFirstToast(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function hasToasts(): boolean {
  return hasShownToast
}

function flush(): void {
  if (consumer) for (const toast of pending.splice(0)) toast.close = consumer(toast)
}
