import type { KeyboardEvent } from 'react'

export const SUBMIT_SHORTCUT = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘ Enter' : 'Ctrl Enter'

/** Return the key handler that submits the form with Ctrl+Enter or ⌘Enter. */
export function submitOnShortcut(submit: () => Promise<void>) {
  return (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void submit()
  }
}
