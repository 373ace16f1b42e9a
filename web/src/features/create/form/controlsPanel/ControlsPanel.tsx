import { useTranslation } from 'react-i18next'
import { useCatalogText } from '../../../../i18n/catalog'
import { Select } from '../../../../ui/controls/Select'
import { Switch } from '../../../../ui/controls/Switch'
import { NotifySwitch } from '../../notifications/NotifySwitch'
import { useCreateForm } from '../CreateFormContext'
import { CountControl } from '../pickers/CountControl'
import { SizeControl } from '../pickers/SizeControl'
import { submitOnShortcut } from '../submitShortcut'
import { AdvancedControls } from './AdvancedControls'
import styles from './ControlsPanel.module.css'
import { SettingsFileButton } from './SettingsFileButton'

/** All settings of the next request. Loaded after the prompt bar. */
export default function ControlsPanel() {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const { models, model, settings, change, chooseModel, errorOf, liveDraft, submit } =
    useCreateForm()
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the shortcut works in all of its controls.
    <div className={styles.panel} onKeyDown={submitOnShortcut(submit)}>
      <Select
        label={t('create.model')}
        name="model"
        error={errorOf('model')}
        description={translate(model.description)}
        options={models.map(({ id, name }) => ({ value: id, label: translate(name) }))}
        value={model.id}
        set={chooseModel}
      />
      {model.styles.length > 0 && (
        <Select
          label={t('create.style')}
          name="style"
          error={errorOf('style')}
          options={[
            { value: '', label: t('create.noStyle') },
            ...model.styles.map(({ id, name }) => ({ value: id, label: translate(name) })),
          ]}
          value={settings.style ?? ''}
          set={(style) => change({ style: style || null })}
        />
      )}
      <SizeControl />
      {model.limits.count.max > 1 && <CountControl />}
      <AdvancedControls />
      <div>
        {liveDraft.supported && (
          <Switch
            label={t('create.draftOn')}
            checked={liveDraft.enabled}
            set={liveDraft.setEnabled}
          />
        )}
        <NotifySwitch />
      </div>
      <SettingsFileButton />
    </div>
  )
}
