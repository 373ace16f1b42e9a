import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, buttonClass } from '../Button'
import styles from './ToastViewport.module.css'
import { consumeToasts } from './toastQueue'

/** Longer titles in characters take more than five seconds to read. */
const LONG_TITLE = 60

const manager = Toast.createToastManager()

function ToastList() {
  const { t } = useTranslation()
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast} data-toast="">
      <Toast.Title className={styles.title} render={<p />} />
      <Toast.Action className={buttonClass({ size: 'small', variant: 'plain' })} />
      <Toast.Close
        aria-label={t('app.close')}
        render={<Button size="small" variant="plain" icon />}
      >
        <X size={16} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ))
}

/** Shows the queued toasts. Loaded with the first one. */
export default function ToastViewport() {
  useEffect(
    () =>
      consumeToasts(({ title, action }) => {
        const onClick = () => {
          close()
          action?.run()
        }
        const id = manager.add({
          title,
          timeout: action || title.length > LONG_TITLE ? 10_000 : 5_000,
          ...(action ? { actionProps: { children: action.label, onClick } } : {}),
        })
        const close = () => manager.close(id)
        return close
      }),
    [],
  )
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}
