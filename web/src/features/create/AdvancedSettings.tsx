import { Dices, Lock, LockOpen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../graphql/generation'
import { Button } from '../../ui/Button'
import { Field, rangeClass } from '../../ui/Field'
import styles from './CreateForm.module.css'
import { type Complaint, complaintAbout } from './complaints'
import { NumberField } from './NumberField'
import { LARGEST_SEED, nearest, rollSeed, type Settings } from './settings'

export function AdvancedSettings({
  model,
  settings,
  change,
  complaints,
}: {
  model: Model
  settings: Settings
  change: (change: Partial<Settings>) => void
  complaints: readonly Complaint[]
}) {
  const { t } = useTranslation()
  const { limits } = model
  const tooMany =
    limits.maxPixels != null && settings.width * settings.height > limits.maxPixels
      ? t('create.tooManyPixels', { pixels: limits.maxPixels })
      : undefined
  return (
    <>
      {limits.count.max > 1 && (
        <Field
          label={t('create.count')}
          value={settings.count}
          error={complaintAbout(complaints, 'count')}
        >
          {(control) => (
            <input
              {...control}
              className={rangeClass}
              type="range"
              {...limits.count}
              value={settings.count}
              onChange={(event) => change({ count: event.target.valueAsNumber })}
            />
          )}
        </Field>
      )}
      <details className={styles.details}>
        <summary>{t('create.advanced')}</summary>
        <div className={styles.advanced}>
          <Field
            label={t('create.negativePrompt')}
            value={model.usesGuidance ? undefined : t('create.negativeUnused')}
            error={complaintAbout(complaints, 'negativePrompt')}
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
              error={tooMany}
              set={(width) => change({ width })}
            />
            <NumberField
              label={t('create.height')}
              value={settings.height}
              range={limits.height}
              set={(height) => change({ height })}
            />
          </div>
          <Field
            label={t('create.steps')}
            value={settings.steps}
            error={complaintAbout(complaints, 'steps')}
          >
            {(control) => (
              <input
                {...control}
                className={rangeClass}
                type="range"
                {...limits.steps}
                value={settings.steps}
                onChange={(event) => change({ steps: event.target.valueAsNumber })}
              />
            )}
          </Field>
          <Field
            label={t('create.guidance')}
            value={settings.guidanceScale}
            error={complaintAbout(complaints, 'guidanceScale')}
          >
            {(control) => (
              <input
                {...control}
                className={rangeClass}
                type="range"
                {...limits.guidanceScale}
                step={0.5}
                disabled={!model.usesGuidance}
                value={settings.guidanceScale}
                onChange={(event) => change({ guidanceScale: event.target.valueAsNumber })}
              />
            )}
          </Field>
          <SeedField
            seed={settings.seed}
            error={complaintAbout(complaints, 'seed')}
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
              set(digits === '' ? null : nearest(Number(digits), { min: 0, max: LARGEST_SEED }))
            }}
          />
          <Button icon aria-label={t('create.seedRoll')} onClick={() => set(rollSeed())}>
            <Dices size={18} aria-hidden />
          </Button>
          <Button
            icon
            aria-label={t('create.seedLock')}
            aria-pressed={locked}
            onClick={() => set(locked ? null : rollSeed())}
          >
            {locked ? <Lock size={18} aria-hidden /> : <LockOpen size={18} aria-hidden />}
          </Button>
        </div>
      )}
    </Field>
  )
}
