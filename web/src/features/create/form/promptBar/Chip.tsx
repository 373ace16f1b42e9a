import type { ReactNode, Ref } from 'react'
import styles from './Chip.module.css'

/** A button in the prompt bar that shows a setting and opens its picker. */
export function Chip({
  ref,
  label,
  value,
  icon,
  open,
  invalid,
  preload,
  toggle,
}: {
  ref: Ref<HTMLButtonElement>
  /** Name of the setting. */
  label: string
  value: string
  icon: ReactNode
  open: boolean
  invalid: boolean
  /** Called when the chip is likely to be pressed soon. */
  preload: () => void
  toggle: () => void
}) {
  return (
    <button
      ref={ref}
      type="button"
      className={styles.chip}
      data-invalid={invalid}
      data-tooltip={open ? undefined : label}
      aria-label={`${label}: ${value}`}
      aria-haspopup="dialog"
      aria-expanded={open}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={toggle}
    >
      {icon}
      <span>{value}</span>
    </button>
  )
}
