import { useState } from 'react'
import { readPersonal, writePersonal } from '../account/personalStorage'
import { SCREEN, useMediaQuery } from './screen'

/** A panel beside the canvas: a column on wide screens, an overlay on others. */
export interface Panel {
  isColumn: boolean
  isOpen: boolean
  setOpen(isOpen: boolean): void
}

/**
 * The state of a panel. The column's state is remembered; the overlay starts closed.
 *
 * @param name - Key in the browser's storage.
 */
export function usePanel(name: string): Panel {
  const isColumn = useMediaQuery(SCREEN.columns)
  const [columnOpen, setColumnOpen] = useState(() => readPersonal(name) !== false)
  const [overlayOpen, setOverlayOpen] = useState(false)
  return {
    isColumn,
    isOpen: isColumn ? columnOpen : overlayOpen,
    setOpen: (isOpen) => {
      if (!isColumn) return setOverlayOpen(isOpen)
      writePersonal(name, isOpen)
      setColumnOpen(isOpen)
    },
  }
}
