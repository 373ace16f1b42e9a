import { useState } from 'react'
import { Field } from '../../../ui/Field'
import { snapToRange } from '../../generations/settings'

/** A number input. The value is moved into its range on blur, so that it can be edited freely. */
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
  const [text, setText] = useState<string | null>(null)
  const commit = () => {
    const number = Number(text)
    if (text !== null && text !== '' && Number.isFinite(number)) set(snapToRange(number, range))
    setText(null)
  }
  return (
    <Field label={label} error={error}>
      {(control) => (
        <input
          {...control}
          type="number"
          {...range}
          value={text ?? value}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
        />
      )}
    </Field>
  )
}
