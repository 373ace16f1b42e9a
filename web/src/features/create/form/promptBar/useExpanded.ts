import { type RefObject, useEffect, useState } from 'react'

const POPUPS = '[data-base-ui-portal], [data-base-ui-focus-guard]'

/**
 * Report whether the user works in the bar: the prompt has received the focus, and nothing outside of
 * the bar and its popups was pressed or focused since. Phones show the whole bar only then. A press on
 * a button does not expand it: the button would move away before the click.
 */
export function useExpanded(bar: RefObject<HTMLElement | null>): boolean {
  const [expanded, setExpanded] = useState(false)
  useEffect(() => {
    const onEvent = ({ target, type }: Event) => {
      if (!(target instanceof Element) || target.closest(POPUPS)) return
      if (!bar.current?.contains(target)) setExpanded(false)
      else if (type === 'focusin' && target.matches('textarea')) setExpanded(true)
    }
    document.addEventListener('focusin', onEvent)
    document.addEventListener('pointerdown', onEvent)
    return () => {
      document.removeEventListener('focusin', onEvent)
      document.removeEventListener('pointerdown', onEvent)
    }
  }, [bar])
  return expanded
}
