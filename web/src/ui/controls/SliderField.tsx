import { Slider } from '@base-ui/react/slider'
import { Field, type FieldProps } from '../Field'
import { NumberInput, type NumberInputProps } from './NumberInput'
import styles from './SliderField.module.css'

/** A slider with a number input for exact values. Both have the same label. */
export function SliderField({
  value,
  range,
  set,
  disabled = false,
  ...field
}: FieldProps & NumberInputProps) {
  return (
    <Field {...field}>
      {(control, labelId) => (
        <div className={styles.row}>
          <Slider.Root
            className={styles.slider}
            value={value}
            min={range.min}
            // Base UI requires a range with more than one value.
            max={Math.max(range.max, range.min + (range.step ?? 1))}
            step={range.step ?? 1}
            disabled={disabled || range.max <= range.min}
            onValueChange={set}
            thumbAlignment="edge-client-only"
          >
            <Slider.Control className={styles.control}>
              <Slider.Track className={styles.track}>
                <Slider.Indicator className={styles.indicator} />
                <Slider.Thumb
                  className={styles.thumb}
                  aria-labelledby={labelId}
                  aria-describedby={control['aria-describedby']}
                />
              </Slider.Track>
            </Slider.Control>
          </Slider.Root>
          <NumberInput
            control={control}
            value={value}
            range={range}
            set={set}
            disabled={disabled}
            compact
          />
        </div>
      )}
    </Field>
  )
}
