/** A run of images that were created on one day, in local time. */
export interface Day {
  /** `YYYY-MM-DD` in local time. */
  key: string
  /** Index of its first image, and of the first image after it. */
  start: number
  end: number
}

/** Return the local day of a time as `YYYY-MM-DD`. */
export function dayOf(time: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`
}

/** Group images, in the order of the list, by day. `createdAt` are their times in ISO 8601. */
export function groupByDay(createdAt: readonly string[]): Day[] {
  const days: Day[] = []
  for (const [index, time] of createdAt.entries()) {
    const key = dayOf(new Date(time))
    const last = days.at(-1)
    if (last?.key === key) last.end = index + 1
    else days.push({ key, start: index, end: index + 1 })
  }
  return days
}

/** Name a day: “today” and “yesterday” in the language, otherwise the date, with the year if it is not this one. */
export function dayName(key: string, locale: string, now: Date): string {
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (key === dayOf(now)) return capitalized(relative.format(0, 'day'), locale)
  if (key === dayOf(yesterday)) return capitalized(relative.format(-1, 'day'), locale)
  const date = new Date(`${key}T00:00:00`)
  return date.toLocaleDateString(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
  })
}

function capitalized(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}
