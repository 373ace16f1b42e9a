import type { GenerationFilter, GenerationStatus } from '../../../graphql/generated/operations'

/** The values of the filter controls. */
export interface Filters {
  text: string
  favorite: boolean
  model: string
  status: GenerationStatus | ''
  /** Dates in the format of date inputs (YYYY-MM-DD), in the local time zone. */
  from: string
  to: string
}

export const NO_FILTERS: Filters = {
  text: '',
  favorite: false,
  model: '',
  status: '',
  from: '',
  to: '',
}

function startOfDay(day: string, plusDays = 0): string | null {
  const date = new Date(`${day}T00:00:00`)
  if (Number.isNaN(date.getTime())) return null
  date.setDate(date.getDate() + plusDays)
  return date.toISOString()
}

/** Convert to the API's filter. `to` includes the whole day. */
export function toFilter(filters: Filters, trashed: boolean): GenerationFilter {
  const { text, favorite, model, status } = filters
  const createdFrom = startOfDay(filters.from)
  const createdBefore = startOfDay(filters.to, 1)
  return {
    ...(trashed ? { trashed } : {}),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(favorite ? { favorite } : {}),
    ...(model === '' ? {} : { model }),
    ...(status === '' ? {} : { statuses: [status] }),
    ...(createdFrom === null ? {} : { createdFrom }),
    ...(createdBefore === null ? {} : { createdBefore }),
  }
}

export function isFiltered(filters: Filters): boolean {
  return Object.keys(toFilter(filters, false)).length > 0
}
