import { type RefObject, useEffect, useState } from 'react'

const POPUPS = '[data-base-ui-portal], [data-base-ui-focus-guard]'

/**
 * Report whether the user works in the bar: the prompt has received the focus, and nothing outside of
 * the bar and its popups was clicked or focused by the keyboard since. Phones show the whole bar only
 * then. Neither a press on its buttons nor a press outside changes it: what is pressed would move away
 * before the click.
 */
export function useExpanded(bar: RefObject<HTMLElement | null>): boolean {
  const [expanded, setExpanded] = useState(false)
  useEffect(() => {
    const onEvent = ({ target, type }: Event) => {
      if (!(target instanceof Element) || target.closest(POPUPS)) return
      if (bar.current?.contains(target)) {
        if (type === 'focusin' && target.matches('textarea')) setExpanded(true)
      } else if (type === 'click' || target.matches(':focus-visible')) setExpanded(false)
    }
    document.addEventListener('focusin', onEvent)
    document.addEventListener('click', onEvent)
    return () => {
      document.removeEventListener('focusin', onEvent)
      document.removeEventListener('click', onEvent)
    }
  }, [bar])
  return expanded
}
