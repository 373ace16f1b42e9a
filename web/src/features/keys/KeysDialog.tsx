import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import styles from './KeysDialog.module.css'
import { KEY_GROUPS } from './keyList'

/** A dialog that lists all keys. */
export default function KeysDialog({ close }: { close: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <div className={styles.header}>
            <Dialog.Title className={styles.title}>{t('keys.title')}</Dialog.Title>
            <Dialog.Close render={<Button variant="plain" icon />} aria-label={t('app.close')}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          <div className={styles.groups}>
            {KEY_GROUPS.map(({ title, keys }) => (
              <section key={title}>
                <h3>{t(title)}</h3>
                <dl>
                  {keys.map(([names, meaning]) => (
                    <div key={meaning}>
                      <dt>
                        {names.map((name) => (
                          <kbd key={name}>{name}</kbd>
                        ))}
                      </dt>
                      <dd>{t(meaning)}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
