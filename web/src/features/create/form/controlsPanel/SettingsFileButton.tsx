import { useTranslation } from 'react-i18next'
import { buttonClass } from '../../../../ui/Button'
import { useFileImport } from '../../recall/useFileImport'
import styles from './ControlsPanel.module.css'

/** Fills the form with the settings of an image file. */
export function SettingsFileButton() {
  const { t } = useTranslation()
  const importFiles = useFileImport()
  return (
    <label className={`${buttonClass({ size: 'small' })} ${styles.file}`}>
      {t('create.dropButton')}
      <input
        type="file"
        accept="image/png,image/jpeg,image/webp"
        className="visually-hidden"
        onChange={(event) => {
          void importFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </label>
  )
}
