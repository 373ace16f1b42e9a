import type { GenerationFilter, GenerationStatus } from '../../../graphql/generated/operations'
import { type Day, startOf } from '../../../ui/dates/days'

/** The values of the filter controls. */
export interface Filters {
  text: string
  favorite: boolean
  model: string
  status: GenerationStatus | ''
  /** The first and the last day. */
  from: Day
  to: Day
}

export const NO_FILTERS: Filters = {
  text: '',
  favorite: false,
  model: '',
  status: '',
  from: '',
  to: '',
}

function startOfDay(day: Day, plusDays = 0): string | null {
  const date = startOf(day)
  date?.setDate(date.getDate() + plusDays)
  return date?.toISOString() ?? null
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
