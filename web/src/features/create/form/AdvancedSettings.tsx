import { Dices, Lock, LockOpen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { Button } from '../../../ui/Button'
import { Field } from '../../../ui/Field'
import { MAX_SEED, randomSeed, type Settings, snapToRange } from '../../generations/settings'
import styles from './CreateForm.module.css'
import { errorFor, type FieldError } from './fieldErrors'
import { NumberField } from './NumberField'
import { RangeField } from './RangeField'

/** The number of images and, in a collapsible section, the settings with defaults. */
export function AdvancedSettings({
  model,
  settings,
  change,
  fieldErrors,
}: {
  model: Model
  settings: Settings
  change: (change: Partial<Settings>) => void
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
              error={sizeError}
              set={(width) => change({ width })}
            />
            <NumberField
              label={t('create.height')}
              value={settings.height}
              range={limits.height}
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
            seed={settings.seed}
            error={errorFor(fieldErrors, 'seed')}
            set={(seed) => change({ seed })}
          />
        </div>
      </details>
    </>
  )
}

function SeedField({
  seed,
  error,
  set,
}: {
  seed: number | null
  error: string | undefined
  set: (seed: number | null) => void
}) {
  const { t } = useTranslation()
  const locked = seed !== null
  return (
    <Field label={t('create.seed')} error={error}>
      {(control) => (
        <div className={styles.seed}>
          <input
            {...control}
            inputMode="numeric"
            placeholder={t('create.seedRandom')}
            value={seed ?? ''}
            onChange={(event) => {
              const digits = event.target.value.replace(/\D/g, '')
              set(digits === '' ? null : snapToRange(Number(digits), { min: 0, max: MAX_SEED }))
            }}
          />
          <Button icon aria-label={t('create.seedRandomize')} onClick={() => set(randomSeed())}>
            <Dices size={18} aria-hidden />
          </Button>
          <Button
            icon
            aria-label={t('create.seedLock')}
            aria-pressed={locked}
            onClick={() => set(locked ? null : randomSeed())}
          >
            {locked ? <Lock size={18} aria-hidden /> : <LockOpen size={18} aria-hidden />}
          </Button>
        </div>
      )}
    </Field>
  )
}
