import { Tooltip } from '@base-ui/react/tooltip'
import styles from './TooltipPopup.module.css'
import { TOOLTIP_ATTRIBUTE } from './watchTooltips'

/**
 * The tooltip above its element, or at the right inside of `data-tooltip-side="right"`, where it would
 * cover the next element of a column. The text is the element's name already, so it is not announced.
 */
export default function TooltipPopup({ anchor, text }: { anchor: Element; text: string }) {
  const area = anchor.closest<HTMLElement>('[data-tooltip-side]')
  return (
    <Tooltip.Root open>
      <Tooltip.Portal>
        <Tooltip.Positioner
          anchor={anchor}
          side={area?.dataset.tooltipSide === 'right' ? 'right' : 'top'}
          sideOffset={6}
          collisionPadding={8}
          className={styles.positioner}
        >
          <Tooltip.Popup className={styles.popup} aria-hidden {...{ [TOOLTIP_ATTRIBUTE]: '' }}>
            {text}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
