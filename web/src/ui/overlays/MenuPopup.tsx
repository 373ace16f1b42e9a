import { Menu as BaseMenu } from '@base-ui/react/menu'
import { Fragment } from 'react'
import type { MenuProps } from './Menu'
import styles from './popup.module.css'

/** The menu and its button. It is loaded when the menu is first opened, so it starts open. */
export default function MenuPopup({ trigger, actions, align = 'end' }: MenuProps) {
  return (
    <BaseMenu.Root defaultOpen>
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
