import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button'
import styles from './SelectionBar.module.css'

/** A button that deletes permanently after a confirmation. */
export function PurgeDialog({ purge }: { purge: () => void }) {
  const { t } = useTranslation()
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={<Button size="small" variant="danger" />}>
        {t('history.purge')}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.dialog}>
          <AlertDialog.Title className={styles.title}>
            {t('history.purgeConfirm')}
          </AlertDialog.Title>
          <div className={styles.buttons}>
            <AlertDialog.Close render={<Button />}>{t('history.purgeCancel')}</AlertDialog.Close>
            <AlertDialog.Close render={<Button variant="danger" />} onClick={purge}>
              {t('history.purge')}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
