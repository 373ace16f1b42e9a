import { Menu as BaseMenu } from '@base-ui/react/menu'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import styles from './popup.module.css'

export interface MenuAction {
  /** Stable and unique in the menu. */
  id: string
  label: string
  icon?: ReactNode
  disabled?: boolean
  danger?: boolean
  /** Draw a line above the action. */
  separated?: boolean
  run: () => void
}

/** A menu of actions beside its button. */
export function Menu({
  trigger,
  actions,
  align = 'end',
  ...root
}: {
  trigger: ReactElement
  actions: readonly MenuAction[]
  align?: 'start' | 'center' | 'end'
  open?: boolean
  defaultOpen?: boolean
  onOpenChange?: (open: boolean) => void
}) {
  return (
    <BaseMenu.Root {...root}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={styles.positioner}
        >
          <BaseMenu.Popup className={`${styles.popup} ${styles.menu}`}>
            {actions.map(({ id, label, icon, disabled, danger, separated, run }) => (
              <Fragment key={id}>
                {separated && <BaseMenu.Separator className={styles.separator} />}
                <BaseMenu.Item
                  className={danger ? `${styles.item} ${styles.danger}` : styles.item}
                  disabled={disabled ?? false}
                  onClick={run}
                >
                  {icon}
                  {label}
                </BaseMenu.Item>
              </Fragment>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}
