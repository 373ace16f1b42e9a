import { Suspense, useEffect, useState } from 'react'
import { lazyPart } from '../lazyPart'
import { watchTooltips } from './watchTooltips'

const TooltipPopup = lazyPart(() => import('./TooltipPopup'))

/**
 * Shows the `data-tooltip` of the element under the pointer or with keyboard focus. One layer for the
 * page: `Button` sets the attribute, and the popup is loaded with the first tooltip.
 */
export function TooltipLayer() {
  const [element, setElement] = useState<HTMLElement | null>(null)
  useEffect(() => watchTooltips(document, setElement), [])
  if (element === null) return null
  return (
    <Suspense>
      <TooltipPopup anchor={element} text={element.dataset.tooltip ?? ''} />
    </Suspense>
  )
}
