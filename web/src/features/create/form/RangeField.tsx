import { Field, rangeClass } from '../../../ui/Field'

/** A slider whose value is shown next to the label. */
export function RangeField({
  label,
  value,
  range,
  disabled,
  error,
  set,
}: {
  label: string
  value: number
  range: { min: number; max: number; step: number }
  disabled?: boolean
  error: string | undefined
  set: (value: number) => void
}) {
  return (
    <Field label={label} value={value} error={error}>
      {(control) => (
        <input
          {...control}
          className={rangeClass}
          type="range"
          {...range}
          disabled={disabled}
          value={value}
          onChange={(event) => set(event.target.valueAsNumber)}
        />
      )}
    </Field>
  )
}
