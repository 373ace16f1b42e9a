import { Select as BaseSelect } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { Field, type FieldProps } from '../Field'
import popup from '../overlays/popup.module.css'
import styles from './Select.module.css'

export interface Option<Value extends string> {
  value: Value
  label: string
}

/** A choice from a list in a popup. Arrow keys and typing select, as in the platform's list. */
export function Select<Value extends string>({
  options,
  value,
  set,
  disabled = false,
  ...field
}: FieldProps & {
  options: readonly Option<Value>[]
  value: Value
  set: (value: Value) => void
  disabled?: boolean
}) {
  const selected = options.find((option) => option.value === value)
  return (
    <Field {...field} labelsButton>
      {(control, labelId) => (
        <BaseSelect.Root
          value={value}
          disabled={disabled}
          onValueChange={(next) => next !== null && set(next)}
        >
          <BaseSelect.Trigger
            {...control}
            className={`${control.className} ${styles.trigger}`}
            aria-labelledby={labelId}
          >
            <BaseSelect.Value className={styles.value}>{selected?.label ?? value}</BaseSelect.Value>
            <BaseSelect.Icon className={styles.icon}>
              <ChevronDown size={16} aria-hidden />
            </BaseSelect.Icon>
          </BaseSelect.Trigger>
          <BaseSelect.Portal>
            <BaseSelect.Positioner
              className={popup.positioner}
              sideOffset={4}
              alignItemWithTrigger={false}
            >
              <BaseSelect.Popup className={`${popup.popup} ${styles.popup}`}>
                <BaseSelect.List className={styles.list}>
                  {options.map((option) => (
                    <BaseSelect.Item
                      key={option.value}
                      value={option.value}
                      label={option.label}
                      className={`${popup.item} ${styles.item}`}
                    >
                      <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                      <BaseSelect.ItemIndicator className={styles.icon}>
                        <Check size={16} aria-hidden />
                      </BaseSelect.ItemIndicator>
                    </BaseSelect.Item>
                  ))}
                </BaseSelect.List>
              </BaseSelect.Popup>
            </BaseSelect.Positioner>
          </BaseSelect.Portal>
        </BaseSelect.Root>
      )}
    </Field>
  )
}
