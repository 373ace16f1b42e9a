import { type ReactNode, useId } from 'react'
import { Field, type FieldProps } from '../Field'
import styles from './RadioTiles.module.css'

export interface Tile<Value extends string> {
  value: Value
  /** Accessible name. */
  label: string
  content: ReactNode
}

/** A choice between tiles. Arrow keys change it, as in a group of radio buttons. */
export function RadioTiles<Value extends string>({
  tiles,
  value,
  set,
  className,
  ...field
}: FieldProps & {
  tiles: readonly Tile<Value>[]
  /** Null if no tile matches. */
  value: Value | null
  set: (value: Value) => void
  className?: string | undefined
}) {
  const name = useId()
  return (
    <Field {...field} labelsButton>
      {(control, labelId) => (
        <div
          role="radiogroup"
          aria-labelledby={labelId}
          aria-describedby={control['aria-describedby']}
          className={[styles.tiles, className].filter(Boolean).join(' ')}
        >
          {tiles.map((tile) => (
            <label key={tile.value} className={styles.tile}>
              <input
                type="radio"
                name={name}
                aria-label={tile.label}
                checked={tile.value === value}
                onChange={() => set(tile.value)}
              />
              {tile.content}
            </label>
          ))}
        </div>
      )}
    </Field>
  )
}
