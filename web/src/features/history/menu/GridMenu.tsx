import { ContextMenu } from '@base-ui/react/context-menu'
import { type MouseEvent, type ReactNode, useState } from 'react'
import styles from '../../../ui/overlays/popup.module.css'
import type { Selection } from '../selection/useSelection'
import type { LibraryView } from '../view'
import { GridMenuItems } from './GridMenuItems'

/** A menu of actions on the image under the pointer, or on the selection that contains it. */
export function GridMenu({
  view,
  selection,
  ids,
  children,
}: {
  view: LibraryView
  selection: Selection
  ids: readonly string[]
  /** The grid, whose cells have `data-index`. */
  children: ReactNode
}) {
  const [id, setId] = useState<string | null>(null)
  const onContextMenu = (event: MouseEvent) => {
    const cell = (event.target as Element).closest('[data-index]')
    const next = ids[Number(cell?.getAttribute('data-index') ?? Number.NaN)] ?? null
    // Elsewhere the browser shows its own menu.
    if (next === null) event.stopPropagation()
    else setId(next)
  }
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger onContextMenuCapture={onContextMenu}>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className={styles.positioner} collisionPadding={8}>
          <ContextMenu.Popup className={`${styles.popup} ${styles.menu}`}>
            {id !== null && (
              <GridMenuItems
                id={id}
                ids={selection.ids.has(id) ? [...selection.ids] : [id]}
                view={view}
              />
            )}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
