import { Popover as BasePopover } from '@base-ui/react/popover'
import type { ReactElement, ReactNode, RefObject } from 'react'
import styles from './popup.module.css'

type Side = 'top' | 'bottom' | 'left' | 'right'

/** A dialog beside its button. Esc and a press outside close it; the focus returns to the button. */
export function Popover({
  label,
  trigger,
  side = 'bottom',
  align = 'start',
  className,
  children,
  ...root
}: {
  /** Accessible name of the dialog. */
  label: string
  trigger: ReactElement
  side?: Side
  align?: 'start' | 'center' | 'end'
  className?: string | undefined
  children: ReactNode
  open?: boolean
  defaultOpen?: boolean
  onOpenChange?: (open: boolean) => void
}) {
  return (
    <BasePopover.Root {...root}>
      <BasePopover.Trigger render={trigger} />
      <PopoverPopup label={label} side={side} align={align} className={className}>
        {children}
      </PopoverPopup>
    </BasePopover.Root>
  )
}

/** The popup alone, for a `Popover.Root` whose button is elsewhere. */
export function PopoverPopup({
  label,
  anchor,
  initialFocus,
  finalFocus,
  side,
  align,
  className,
  children,
}: {
  label: string
  /** The element beside which the popup appears, if it is not the trigger. */
  anchor?: Element | null
  /** Return the element to focus when the popup opens. True: the first one. */
  initialFocus?: (() => HTMLElement | true) | undefined
  /** The element to focus when the popup closes, if it is not the trigger. */
  finalFocus?: RefObject<HTMLElement | null> | undefined
  side: Side
  align: 'start' | 'center' | 'end'
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <BasePopover.Portal>
      <BasePopover.Positioner
        {...(anchor ? { anchor } : {})}
        side={side}
        align={align}
        sideOffset={8}
        collisionPadding={8}
        className={styles.positioner}
      >
        <BasePopover.Popup
          aria-label={label}
          {...(initialFocus ? { initialFocus } : {})}
          {...(finalFocus ? { finalFocus } : {})}
          className={[styles.popup, styles.padded, className].filter(Boolean).join(' ')}
        >
          {children}
        </BasePopover.Popup>
      </BasePopover.Positioner>
    </BasePopover.Portal>
  )
}
