import { type ReactNode, useId } from 'react'
import styles from './Field.module.css'

export const controlClass = styles.control

export interface FieldProps {
  label: string
  /** Name of the API's input field, to find the control of an error. */
  name?: string | undefined
  error?: string | undefined
  /** A hint below the control. */
  description?: ReactNode
}

export interface ControlProps {
  id: string
  className: string | undefined
  'aria-invalid': boolean | undefined
  'aria-describedby': string | undefined
}

/** A form control with a label, a hint and an error message. */
export function Field({
  label,
  name,
  value,
  error,
  description,
  labelsButton = false,
  children,
}: FieldProps & {
  /** Shown next to the label, for example the number of a slider. */
  value?: ReactNode
  /** The control is a button or a group. It needs `labelId`: a click on its label must not press it. */
  labelsButton?: boolean
  children: (control: ControlProps, labelId: string) => ReactNode
}) {
  const id = useId()
  const labelId = `${id}-label`
  const errorId = `${id}-error`
  const descriptionId = `${id}-description`
  const describedBy = [error && errorId, description && descriptionId].filter(Boolean).join(' ')
  const labelContent = (
    <>
      <span id={labelId}>{label}</span>
      {value !== undefined && <span>{value}</span>}
    </>
  )
  return (
    <div className={styles.field} data-field={name}>
      {labelsButton ? (
        <div className={styles.label}>{labelContent}</div>
      ) : (
        <label className={styles.label} htmlFor={id}>
          {labelContent}
        </label>
      )}
      {children(
        {
          id,
          className: controlClass,
          'aria-invalid': error ? true : undefined,
          'aria-describedby': describedBy === '' ? undefined : describedBy,
        },
        labelId,
      )}
      {description && (
        <span id={descriptionId} className={styles.description}>
          {description}
        </span>
      )}
      {error && (
        <span id={errorId} className={styles.error}>
          {error}
        </span>
      )}
    </div>
  )
}
