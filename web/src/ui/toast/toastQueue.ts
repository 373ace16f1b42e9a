export interface ToastMessage {
  title: string
  /** An action such as Undo. */
  action: { label: string; run: () => void } | undefined
}

const pending: ToastMessage[] = []
const listeners = new Set<() => void>()
let consumer: ((toast: ToastMessage) => void) | null = null
let hasShownToast = false

/** Show a short message, optionally with an action. */
export function showToast(title: string, action?: ToastMessage['action']): void {
  pending.push({ title, action })
  hasShownToast = true
  flush()
  for (const listener of listeners) listener()
}

/** Pass pending and future toasts to `consume`. Returns a function that stops this. */
export function consumeToasts(consume: (toast: ToastMessage) => void): () => void {
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
  if (consumer) for (const toast of pending.splice(0)) consumer(toast)
}
