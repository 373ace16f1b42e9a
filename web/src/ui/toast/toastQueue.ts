export interface ToastMessage {
  title: string
  /** A way to take it back. */
  action: { label: string; run: () => void } | undefined
}

const waiting: ToastMessage[] = []
const listeners = new Set<() => void>()
let deliver: ((saying: ToastMessage) => void) | null = null
let spoken = false

/** Says something in passing; with `action`, offers to take it back. */
export function showToast(title: string, action?: ToastMessage['action']): void {
  waiting.push({ title, action })
  spoken = true
  flush()
  for (const listener of listeners) listener()
}

/** Whoever shows sayings takes them over, those from before too; the result ends it. */
export function consumeToasts(show: (saying: ToastMessage) => void): () => void {
  deliver = show
  flush()
  return () => {
    deliver = null
  }
}

export function onFirstToast(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function hasToasts(): boolean {
  return spoken
}

function flush(): void {
  if (deliver) for (const saying of waiting.splice(0)) deliver(saying)
}
