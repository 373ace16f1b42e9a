import { DayPicker } from 'react-day-picker'
import { enGB } from 'react-day-picker/locale/en-GB'
import { zhCN } from 'react-day-picker/locale/zh-CN'
import styles from './Calendar.module.css'
import { type DayRange, startOf, toDay } from './days'

/** A month in which a range of days up to today is chosen. Arrow keys and Page keys move the focus. */
export default function Calendar({
  range: { from, to },
  set,
  language,
}: {
  range: DayRange
  set: (range: DayRange) => void
  language: string
}) {
  const today = new Date()
  const first = startOf(from) ?? startOf(to)
  return (
    <DayPicker
      mode="range"
      locale={language === 'zh-CN' ? zhCN : enGB}
      weekStartsOn={1}
      selected={first && { from: first, to: startOf(to) }}
      defaultMonth={startOf(to) ?? first ?? today}
      endMonth={today}
      disabled={{ after: today }}
      onSelect={(selected) =>
        set({
          from: selected?.from ? toDay(selected.from) : '',
          to: selected?.to ? toDay(selected.to) : '',
        })
      }
      classNames={{
        root: styles.root ?? '',
        months: styles.months ?? '',
        month_caption: styles.caption ?? '',
        nav: styles.nav ?? '',
        button_previous: styles.step ?? '',
        button_next: styles.step ?? '',
        chevron: styles.chevron ?? '',
        month_grid: styles.grid ?? '',
        weekday: styles.weekday ?? '',
        day: styles.day ?? '',
        day_button: styles.dayButton ?? '',
        today: styles.today ?? '',
        outside: styles.outside ?? '',
        disabled: styles.disabled ?? '',
        selected: styles.selected ?? '',
        range_start: styles.end ?? '',
        range_end: styles.end ?? '',
      }}
    />
  )
}
