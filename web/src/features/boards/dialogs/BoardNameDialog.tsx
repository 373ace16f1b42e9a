import { Dialog } from '@base-ui/react/dialog'
import type { ComponentProps } from 'react'
import styles from '../../../ui/overlays/dialog.module.css'
import { BoardNameForm } from './BoardNameForm'

/** A dialog that asks for the name of a new board, or for another name of a board. */
export function BoardNameDialog({
  title,
  ...form
}: { title: string } & ComponentProps<typeof BoardNameForm>) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && form.cancel()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.dialog}>
          <Dialog.Title className={styles.title}>{title}</Dialog.Title>
          <BoardNameForm {...form} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
