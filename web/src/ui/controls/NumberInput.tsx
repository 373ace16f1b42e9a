import { NumberField as Base } from '@base-ui/react/number-field'
import { type KeyboardEvent, useState } from 'react'
import type { ControlProps } from '../Field'
import styles from './NumberInput.module.css'

export interface NumberRange {
  min: number
  max: number
  step?: number
}

export interface NumberInputProps {
  value: number
  range: NumberRange
  set: (value: number) => void
  disabled?: boolean | undefined
}

/**
 * The input of a number field. The value is moved into its range and passed to `set` on Enter, on an
 * arrow key and when the input loses the focus, so that it can be typed freely.
 */
export function NumberInput({
  control,
  value,
  range: { min, max, step = 1 },
  set,
  disabled = false,
  compact = false,
  'aria-labelledby': labelledBy,
}: NumberInputProps & {
  control: ControlProps
  /** As wide as a short number. */
  compact?: boolean
  'aria-labelledby'?: string
}) {
  const [typed, setTyped] = useState<number | null | undefined>(undefined)
  const commit = (next: number | null | undefined) => {
    if (next != null) set(Math.min(max, Math.max(min, next)))
    setTyped(undefined)
  }
  const { className, ...rest } = control
  return (
    <Base.Root
      id={control.id}
      value={typed === undefined ? value : typed}
      min={min}
      max={max}
      allowOutOfRange
      step={step}
      smallStep={step}
      snapOnStep
      disabled={disabled}
      locale="en-US"
      format={{ useGrouping: false, maximumFractionDigits: 6 }}
      onValueChange={setTyped}
      onValueCommitted={commit}
    >
      <Base.Input
        {...rest}
        aria-labelledby={labelledBy}
        className={`${className} ${compact ? styles.compact : ''}`}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Enter') commit(typed)
        }}
      />
    </Base.Root>
  )
}
