import { useTranslation } from 'react-i18next'
import { SliderField } from '../../../../ui/controls/SliderField'
import { Field } from '../../../../ui/Field'
import { snapToRange } from '../../../generations/settings'
import { useCreateForm } from '../CreateFormContext'
import { SeedControl } from '../pickers/SeedControl'
import styles from './ControlsPanel.module.css'

/** A collapsible section with the settings that are changed rarely. */
export function AdvancedControls() {
  const { t } = useTranslation()
  const { model, settings, change, errorOf } = useCreateForm()
  const { limits, usesGuidance } = model
  return (
    <details className={styles.details}>
      <summary>{t('create.advanced')}</summary>
      <div className={styles.advanced}>
        <Field
          label={t('create.negativePrompt')}
          name="negativePrompt"
          error={errorOf('negativePrompt')}
          description={usesGuidance ? undefined : t('create.negativeUnused')}
        >
          {(control) => (
            <textarea
              {...control}
              rows={2}
              placeholder={t('create.negativeHint')}
              disabled={!usesGuidance}
              value={settings.negativePrompt}
              onChange={(event) => change({ negativePrompt: event.target.value })}
            />
          )}
        </Field>
        <SliderField
          label={t('create.steps')}
          name="steps"
          value={settings.steps}
          range={limits.steps}
          error={errorOf('steps')}
          set={(steps) => change({ steps: snapToRange(steps, limits.steps) })}
        />
        <SliderField
          label={t('create.guidance')}
          name="guidanceScale"
          value={settings.guidanceScale}
          range={{ ...limits.guidanceScale, step: 0.5 }}
          disabled={!usesGuidance}
          error={errorOf('guidanceScale')}
          set={(guidanceScale) => change({ guidanceScale })}
        />
        <SeedControl />
      </div>
    </details>
  )
}
