import { type RefObject, useEffect, useState } from 'react'

const POPUPS = '[data-base-ui-portal], [data-base-ui-focus-guard]'

/**
 * Report whether the user works in the bar: it has received the focus, and nothing outside of it and
 * of its popups was pressed or focused since. Phones show the whole bar only then.
 */
export function useExpanded(bar: RefObject<HTMLElement | null>): boolean {
  const [expanded, setExpanded] = useState(false)
  useEffect(() => {
    const onEvent = ({ target }: Event) => {
      if (!(target instanceof Element) || target.closest(POPUPS)) return
      setExpanded(bar.current?.contains(target) ?? false)
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
