import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useGeneration, useStudio } from '../../app/StudioContext'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { Picture } from '../../ui/Picture'
import styles from './PictureView.module.css'

export default function PictureView({
  id,
  index,
  close,
}: {
  id: string
  index: number
  show: (id: string, index: number) => void
  close: () => void
}) {
  const { t } = useTranslation()
  const { reread } = useStudio()
  const generation = useGeneration(id)
  const image = generation?.images[index]
  useEffect(() => {
    if (!generation) reread(id)
  }, [generation, reread, id])
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <div className={styles.head}>
            <Dialog.Title className={styles.title}>{t('picture.title')}</Dialog.Title>
            <Dialog.Close render={<Button look="plain" icon />} aria-label={t('app.close')}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </div>
          {generation && image ? (
            <Picture
              src={image.url}
              alt={generation.prompt}
              width={image.width}
              height={image.height}
              thumbhash={image.placeholder}
              contain
              className={styles.picture}
              onBroken={() => reread(id)}
            />
          ) : (
            <Notice text={generation?.prompt ?? t('app.loading')} />
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
