/** A calendar day in the format YYYY-MM-DD, in the local time zone. Empty for no limit. */
export type Day = string

export interface DayRange {
  from: Day
  to: Day
}

export function toDay(date: Date): Day {
  const year = String(date.getFullYear()).padStart(4, '0')
  const month = String(date.getMonth() + 1).padStart(2, '0')
  return `${year}-${month}-${String(date.getDate()).padStart(2, '0')}`
}

/** Return the local midnight at which a day starts. Undefined for an empty or invalid day. */
export function startOf(day: Day): Date | undefined {
  const date = new Date(`${day}T00:00:00`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Return the range of the last `count` days, including today. */
export function lastDays(count: number, today = new Date()): DayRange {
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - count + 1)
  return { from: toDay(first), to: toDay(today) }
}

/** Describe a range in a language. Empty if the range has no limit. */
export function describeRange({ from, to }: DayRange, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  })
  const [first, last] = [startOf(from), startOf(to)]
  if (first && last) return from === to ? format.format(first) : format.formatRange(first, last)
  if (first) return `${format.format(first)} –`
  return last ? `– ${format.format(last)}` : ''
}
