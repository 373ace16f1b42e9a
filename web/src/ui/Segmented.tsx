import { useId } from 'react'
import styles from './Segmented.module.css'

/** A choice between a few values that are all visible. Arrow keys change it. */
export function Segmented<Value extends string | number>({
  label,
  options,
  value,
  set,
  describedBy,
}: {
  label: string
  /** ID of an error message. */
  describedBy?: string | undefined
  options: readonly { value: Value; label: string }[]
  value: Value
  set: (value: Value) => void
}) {
  const name = useId()
  return (
    <fieldset className={styles.segmented} aria-label={label} aria-describedby={describedBy}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => set(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
