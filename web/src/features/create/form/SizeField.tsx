import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { Field } from '../../../ui/Field'
import { type Settings, sizeOptions } from '../../generations/settings'

/** A selection of common aspect ratios. Other sizes are shown as custom. */
export function SizeField({
  model,
  settings: { width, height },
  change,
}: {
  model: Model
  settings: Settings
  change: (change: Partial<Settings>) => void
}) {
  const { t } = useTranslation()
  const sizes = sizeOptions(model)
  const selectedIndex = sizes.findIndex((size) => size.width === width && size.height === height)
  return (
    <Field label={t('create.size')}>
      {(control) => (
        <select
          {...control}
          value={selectedIndex}
          onChange={(event) => {
            const size = sizes[Number(event.target.value)]
            if (size) change({ width: size.width, height: size.height })
          }}
        >
          {sizes.map((size, index) => (
            <option key={size.ratio} value={index}>
              {`${size.ratio} · ${size.width} × ${size.height}`}
            </option>
          ))}
          {selectedIndex === -1 && (
            <option value={-1}>{t('create.customSize', { width, height })}</option>
          )}
        </select>
      )}
    </Field>
  )
}
