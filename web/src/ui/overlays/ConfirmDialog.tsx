import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ReactElement } from 'react'
import { Button } from '../Button'
import styles from './dialog.module.css'

/** A question before an action that deletes something. */
export function ConfirmDialog({
  question,
  action,
  cancel,
  run,
  trigger,
  ...root
}: {
  question: string
  /** Label of the button that runs the action. */
  action: string
  /** Label of the button that does not. */
  cancel: string
  run: () => void
  /** The button that opens the dialog. Undefined: `open` does. */
  trigger?: ReactElement
  open?: boolean
  onOpenChange?: (open: boolean) => void
}) {
  return (
    <AlertDialog.Root {...root}>
      {trigger && <AlertDialog.Trigger render={trigger} />}
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.dialog}>
          <AlertDialog.Title className={styles.title}>{question}</AlertDialog.Title>
          <div className={styles.buttons}>
            <AlertDialog.Close render={<Button />}>{cancel}</AlertDialog.Close>
            <AlertDialog.Close render={<Button variant="danger" />} onClick={run}>
              {action}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
