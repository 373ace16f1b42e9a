import { Field, type FieldProps } from '../Field'
import { NumberInput, type NumberInputProps } from './NumberInput'

/** A labeled number input. */
export function NumberField({
  value,
  range,
  set,
  disabled,
  ...field
}: FieldProps & NumberInputProps) {
  return (
    <Field {...field}>
      {(control) => (
        <NumberInput control={control} value={value} range={range} set={set} disabled={disabled} />
      )}
    </Field>
  )
}
