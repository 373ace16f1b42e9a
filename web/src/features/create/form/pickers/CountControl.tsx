import { useTranslation } from 'react-i18next'
import { SliderField } from '../../../../ui/controls/SliderField'
import { Field } from '../../../../ui/Field'
import { Segmented } from '../../../../ui/Segmented'
import { useCreateForm } from '../CreateFormContext'

/** More choices than this do not fit side by side. */
const MAX_SEGMENTS = 8

/** The number of images of a request. */
export function CountControl() {
  const { t } = useTranslation()
  const { model, settings, change, errorOf } = useCreateForm()
  const { min, max } = model.limits.count
  const field = { label: t('create.count'), name: 'count', error: errorOf('count') }
  const set = (count: number) => change({ count })
  if (max - min >= MAX_SEGMENTS) {
    return <SliderField {...field} value={settings.count} range={model.limits.count} set={set} />
  }
  return (
    <Field {...field} labelsButton>
      {(control) => (
        <Segmented
          label={field.label}
          options={Array.from({ length: max - min + 1 }, (_, index) => ({
            value: min + index,
            label: String(min + index),
          }))}
          value={settings.count}
          set={set}
          describedBy={control['aria-describedby']}
        />
      )}
    </Field>
  )
}
