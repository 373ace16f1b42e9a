import { X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../../ui/Button'
import { readPersonal, writePersonal } from '../../../account/personalStorage'
import { useCreateForm } from '../CreateFormContext'
import styles from './DemonstrationStrip.module.css'

const NAME = 'demonstration-dismissed'

/** Says that the model is only for demonstration, until the user dismisses it. */
export default function DemonstrationStrip() {
  const { t } = useTranslation()
  const { model, setOpenPicker } = useCreateForm()
  const [dismissed, setDismissed] = useState(() => readPersonal(NAME) === true)
  if (!model.demonstration || dismissed) return null
  return (
    <div className={styles.strip}>
      <span>{t('create.demonstration')}</span>
      <button type="button" className={styles.link} onClick={() => setOpenPicker('model')}>
        {t('create.ownModel')}
      </button>
      <Button
        variant="plain"
        size="small"
        icon
        className={styles.close}
        aria-label={t('create.dismiss')}
        onClick={() => {
          writePersonal(NAME, true)
          setDismissed(true)
        }}
      >
        <X size={14} aria-hidden />
      </Button>
    </div>
  )
}
