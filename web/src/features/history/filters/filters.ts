import type { GenerationFilter, GenerationStatus } from '../../../graphql/generated/operations'
import { type Day, startOf } from '../../../ui/dates/days'
import type { LibraryView } from '../view'

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

/** Convert to the API's filter of what a page shows. `to` includes the whole day. */
export function toFilter(
  filters: Filters,
  { trashed, board }: Pick<LibraryView, 'trashed' | 'board'>,
): GenerationFilter {
  const { text, favorite, model, status } = filters
  const createdFrom = startOfDay(filters.from)
  const createdBefore = startOfDay(filters.to, 1)
  return {
    ...(trashed ? { trashed } : {}),
    ...(board ? { board: board.id } : {}),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(favorite ? { favorite } : {}),
    ...(model === '' ? {} : { model }),
    ...(status === '' ? {} : { statuses: [status] }),
    ...(createdFrom === null ? {} : { createdFrom }),
    ...(createdBefore === null ? {} : { createdBefore }),
  }
}

const EVERYTHING = { trashed: false, board: null }

export function isFiltered(filters: Filters): boolean {
  return Object.keys(toFilter(filters, EVERYTHING)).length > 0
}
