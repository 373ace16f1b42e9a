import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import styles from './SidePanel.module.css'

/** A drawer at the side, or a sheet at the bottom of a phone. */
export default function PanelOverlay({
  side,
  label,
  close,
  children,
}: {
  side: 'start' | 'end'
  label: string
  close: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.overlay} data-side={side}>
          <div className={styles.header}>
            <Dialog.Title className={styles.title}>{label}</Dialog.Title>
            <Dialog.Close render={<Button variant="plain" icon />} aria-label={t('app.close')}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          <div className={styles.content}>{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
