import type { GenerationFilter, GenerationStatus } from '../../../graphql/generated/operations'

/** What the filter controls hold. */
export interface Filters {
  text: string
  favorite: boolean
  model: string
  status: GenerationStatus | ''
  /** Days as the browser's date fields write them, in the reader's time zone. */
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

function startOf(day: string, plusDays = 0): string | null {
  const date = new Date(`${day}T00:00:00`)
  if (Number.isNaN(date.getTime())) return null
  date.setDate(date.getDate() + plusDays)
  return date.toISOString()
}

export function toFilter(filters: Filters, trashed: boolean): GenerationFilter {
  const { text, favorite, model, status } = filters
  const createdFrom = startOf(filters.from)
  const createdBefore = startOf(filters.to, 1)
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
