import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button'
import styles from './SelectionBar.module.css'

/** The one thing that cannot be undone asks first. */
export function PurgeDialog({ purge }: { purge: () => void }) {
  const { t } = useTranslation()
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={<Button size="small" look="danger" />}>
        {t('history.purge')}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.dialog}>
          <AlertDialog.Title className={styles.title}>
            {t('history.purgeConfirm')}
          </AlertDialog.Title>
          <div className={styles.choices}>
            <AlertDialog.Close render={<Button />}>{t('history.keep')}</AlertDialog.Close>
            <AlertDialog.Close render={<Button look="danger" />} onClick={purge}>
              {t('history.purge')}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
