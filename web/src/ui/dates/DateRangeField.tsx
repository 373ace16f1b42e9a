import { CalendarDays } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatLocale } from '../../i18n/formatLocale'
import { Button } from '../Button'
import { Field, type FieldProps } from '../Field'
import { lazyPart } from '../lazyPart'
import { Popover } from '../overlays/Popover'
import styles from './DateRangeField.module.css'
import { type DayRange, describeRange, lastDays } from './days'

const Calendar = lazyPart(() => import('./Calendar'))

const PERIODS = [
  [1, 'dates.today'],
  [7, 'dates.last7'],
  [30, 'dates.last30'],
] as const

/** A range of days, chosen in a calendar or from a list of common periods. */
export function DateRangeField({
  range,
  set,
  ...field
}: FieldProps & { range: DayRange; set: (range: DayRange) => void }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(false)
  const choose = (next: DayRange) => {
    set(next)
    setOpen(false)
  }
  return (
    <Field {...field} labelsButton>
      {(control, labelId) => (
        <Popover
          label={field.label}
          open={open}
          onOpenChange={setOpen}
          trigger={
            <button
              type="button"
              {...control}
              className={`${control.className} ${styles.button}`}
              aria-labelledby={`${labelId} ${control.id}`}
            >
              {describeRange(range, formatLocale(i18n.language)) || t('dates.any')}
              <CalendarDays size={16} aria-hidden />
            </button>
          }
        >
          <div className={styles.periods}>
            {PERIODS.map(([days, label]) => (
              <Button key={days} size="small" onClick={() => choose(lastDays(days))}>
                {t(label)}
              </Button>
            ))}
            <Button size="small" variant="plain" onClick={() => choose({ from: '', to: '' })}>
              {t('dates.any')}
            </Button>
          </div>
          <Suspense fallback={<div className={styles.loading} />}>
            <Calendar range={range} set={set} language={i18n.language} />
          </Suspense>
        </Popover>
      )}
    </Field>
  )
}
