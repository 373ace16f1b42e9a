import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { Field } from '../../../ui/Field'
import type { Settings } from '../../generations/settings'
import styles from './CreateForm.module.css'
import { errorFor, type FieldError } from './fieldErrors'
import { NumberField } from './NumberField'
import { RangeField } from './RangeField'
import { SeedField } from './SeedField'

/** The number of images and, in a collapsible section, the settings with defaults. */
export function AdvancedSettings({
  model,
  settings,
  change,
  lastSeed,
  fieldErrors,
}: {
  model: Model
  settings: Settings
  change: (change: Partial<Settings>) => void
  /** See `SeedField`. */
  lastSeed: number | null
  fieldErrors: readonly FieldError[]
}) {
  const { t } = useTranslation()
  const { limits } = model
  const sizeError =
    limits.maxPixels != null && settings.width * settings.height > limits.maxPixels
      ? t('create.tooManyPixels', { pixels: limits.maxPixels })
      : undefined
  return (
    <>
      {limits.count.max > 1 && (
        <RangeField
          label={t('create.count')}
          value={settings.count}
          range={limits.count}
          error={errorFor(fieldErrors, 'count')}
          set={(count) => change({ count })}
        />
      )}
      <details className={styles.details}>
        <summary>{t('create.advanced')}</summary>
        <div className={styles.advanced}>
          <Field
            label={t('create.negativePrompt')}
            value={model.usesGuidance ? undefined : t('create.negativeUnused')}
            error={errorFor(fieldErrors, 'negativePrompt')}
          >
            {(control) => (
              <textarea
                {...control}
                rows={2}
                placeholder={t('create.negativeHint')}
                disabled={!model.usesGuidance}
                value={settings.negativePrompt}
                onChange={(event) => change({ negativePrompt: event.target.value })}
              />
            )}
          </Field>
          <div className={styles.row}>
            <NumberField
              label={t('create.width')}
              value={settings.width}
              range={limits.width}
              error={errorFor(fieldErrors, 'width') ?? sizeError}
              set={(width) => change({ width })}
            />
            <NumberField
              label={t('create.height')}
              value={settings.height}
              range={limits.height}
              error={errorFor(fieldErrors, 'height')}
              set={(height) => change({ height })}
            />
          </div>
          <RangeField
            label={t('create.steps')}
            value={settings.steps}
            range={limits.steps}
            error={errorFor(fieldErrors, 'steps')}
            set={(steps) => change({ steps })}
          />
          <RangeField
            label={t('create.guidance')}
            value={settings.guidanceScale}
            range={{ ...limits.guidanceScale, step: 0.5 }}
            disabled={!model.usesGuidance}
            error={errorFor(fieldErrors, 'guidanceScale')}
            set={(guidanceScale) => change({ guidanceScale })}
          />
          <SeedField
            lastSeed={lastSeed}
            seed={settings.seed}
            error={errorFor(fieldErrors, 'seed')}
            set={(seed) => change({ seed })}
          />
        </div>
      </details>
    </>
  )
}
