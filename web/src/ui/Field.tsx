import { type ReactNode, useId } from 'react'
import styles from './Field.module.css'

export const controlClass = styles.control
export const rangeClass = styles.range

interface ControlProps {
  id: string
  className: string | undefined
  'aria-invalid': boolean | undefined
  'aria-describedby': string | undefined
}

/** A form control with a label and an error message. */
export function Field({
  label,
  value,
  error,
  children,
}: {
  label: string
  /** Shown next to the label, for example the number of a slider. */
  value?: ReactNode
  error?: string | undefined
  children: (control: ControlProps) => ReactNode
}) {
  const id = useId()
  const errorId = `${id}-error`
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        <span>{label}</span>
        {value !== undefined && <span>{value}</span>}
      </label>
      {children({
        id,
        className: controlClass,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': error ? errorId : undefined,
      })}
      {error && (
        <span id={errorId} className={styles.error}>
          {error}
        </span>
      )}
    </div>
  )
}

/** A labeled checkbox. */
export function Switch({
  label,
  checked,
  set,
}: {
  label: string
  checked: boolean
  set: (checked: boolean) => void
}) {
  return (
    <label className={styles.switch}>
      <input type="checkbox" checked={checked} onChange={(event) => set(event.target.checked)} />
      {label}
    </label>
  )
}
