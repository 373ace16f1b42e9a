import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { NumberField } from '../../../ui/controls/NumberField'
import { SliderField } from '../../../ui/controls/SliderField'
import { Segmented } from '../../../ui/Segmented'
import { extendedSize, marginStep, maxMargin, SIDES, withMargin } from '../outpaint/margins'
import type { EditSource } from '../source/editSource'
import styles from './EditPanel.module.css'
import { type EditError, errorOf } from './editErrors'
import { type EditForm, featherOf, MAX_FEATHER, strengthOf, UPSCALE_FACTORS } from './editForm'

const STRENGTH_RANGE = { min: 0, max: 1, step: 0.05 }
const FEATHER_RANGE = { min: 0, max: MAX_FEATHER, step: 1 }

/** The settings that only some operations have. */
export function OperationFields({
  source,
  form,
  model,
  errors,
  change,
}: {
  source: EditSource
  form: EditForm
  model: Model
  errors: readonly EditError[]
  change: (changed: Partial<EditForm>) => void
}) {
  const { t } = useTranslation()
  const strength = strengthOf(form, model)
  const feather = featherOf(form, model)
  return (
    <>
      {form.operation === 'INPAINT' && errorOf(errors, 'mask') && (
        <p className={styles.error}>{errorOf(errors, 'mask')}</p>
      )}
      {form.operation === 'UPSCALE' && (
        <UpscaleFactor source={source} form={form} errors={errors} change={change} />
      )}
      {form.operation === 'OUTPAINT' && (
        <MarginFields source={source} form={form} model={model} errors={errors} change={change} />
      )}
      {strength !== null && (
        <SliderField
          label={t('edit.strength')}
          value={strength}
          range={STRENGTH_RANGE}
          error={errorOf(errors, 'strength')}
          set={(value) => change({ strength: value })}
        />
      )}
      {feather !== null && (
        <SliderField
          label={t('edit.feather')}
          value={feather}
          range={FEATHER_RANGE}
          error={errorOf(errors, 'maskFeather')}
          set={(value) => change({ maskFeather: value })}
        />
      )}
    </>
  )
}

interface FieldsProps {
  source: EditSource
  form: EditForm
  errors: readonly EditError[]
  change: (changed: Partial<EditForm>) => void
}

function UpscaleFactor({ source, form, errors, change }: FieldsProps) {
  const { t } = useTranslation()
  const { upscaleFactor: factor } = form
  return (
    <div className={styles.operations}>
      <Segmented
        label={t('edit.factor')}
        options={UPSCALE_FACTORS.map((value) => ({ value, label: `×${value}` }))}
        value={factor}
        set={(value) => change({ upscaleFactor: value })}
      />
      <ResultSize width={source.width * factor} height={source.height * factor} />
      {errorOf(errors, 'upscaleFactor') && (
        <p className={styles.error}>{errorOf(errors, 'upscaleFactor')}</p>
      )}
    </div>
  )
}

function MarginFields({ source, form, model, errors, change }: FieldsProps & { model: Model }) {
  const { t } = useTranslation()
  const { outpaint } = form
  return (
    <div className={styles.operations}>
      <div className={styles.margins}>
        {SIDES.map((side) => (
          <NumberField
            key={side}
            label={t(`edit.sides.${side}`)}
            value={outpaint[side]}
            range={{
              min: 0,
              max: maxMargin(model, source, outpaint, side),
              step: marginStep(model, side),
            }}
            error={side === 'left' ? errorOf(errors, 'outpaint') : undefined}
            set={(value) => change({ outpaint: withMargin(model, source, outpaint, side, value) })}
          />
        ))}
      </div>
      <ResultSize {...extendedSize(source, outpaint)} />
    </div>
  )
}

function ResultSize({ width, height }: { width: number; height: number }) {
  const { t } = useTranslation()
  return (
    <p className={styles.hint} role="status">
      {t('edit.resultSize', { width, height })}
    </p>
  )
}
