import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'
import styles from './Switch.module.css'

/** A labeled switch, for a setting that applies at once. */
export function Switch({
  label,
  checked,
  set,
  disabled = false,
}: {
  label: string
  checked: boolean
  set: (checked: boolean) => void
  disabled?: boolean
}) {
  const id = useId()
  return (
    <div className={styles.row}>
      <label htmlFor={id}>{label}</label>
      <Base.Root
        id={id}
        nativeButton
        render={<button type="button" />}
        className={styles.switch}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => set(next)}
      >
        <Base.Thumb className={styles.thumb} />
      </Base.Root>
    </div>
  )
}
