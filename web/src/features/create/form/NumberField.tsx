import { useState } from 'react'
import { Field } from '../../../ui/Field'
import { snapToRange } from '../../generations/settings'

/** A number that may be half typed: it is fitted to its range when the field is left. */
export function NumberField({
  label,
  value,
  range,
  error,
  set,
}: {
  label: string
  value: number
  range: { min: number; max: number; step: number }
  error?: string | undefined
  set: (value: number) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const leave = () => {
    const number = Number(typed)
    if (typed !== null && typed !== '' && Number.isFinite(number)) set(snapToRange(number, range))
    setTyped(null)
  }
  return (
    <Field label={label} error={error}>
      {(control) => (
        <input
          {...control}
          type="number"
          {...range}
          value={typed ?? value}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={leave}
        />
      )}
    </Field>
  )
}
