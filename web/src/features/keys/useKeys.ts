import { type RefObject, useEffect, useRef } from 'react'
import { acceptsKey } from './acceptsKey'

/** Handlers by `KeyboardEvent.key`, letters in lower case. A handler that returns false ignores the key. */
export type KeyHandlers = Record<string, (event: KeyboardEvent) => unknown>

/**
 * Handle keys while the component is mounted, except while the user types.
 *
 * @param container - The part of the page that the keys belong to; see `acceptsKey`.
 */
export function useKeys(handlers: KeyHandlers, container?: RefObject<Element | null>): void {
  const current = useRef(handlers)
  useEffect(() => {
    current.current = handlers
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const handle = Object.hasOwn(current.current, key) ? current.current[key] : undefined
      if (!handle || !acceptsKey(event, container?.current)) return
      if (handle(event) !== false) event.preventDefault()
    }
    // Before the target, because dialogs stop the propagation of arrow keys.
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [container])
}
