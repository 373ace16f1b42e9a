import type { GenerationFilter, GenerationQuery, ModelsQuery } from '../generated/operations'

export type Generation = NonNullable<GenerationQuery['generation']>
export type GeneratedImage = Generation['images'][number]
export type Progress = NonNullable<Generation['progress']>
export type Model = ModelsQuery['models'][number]

/** Report whether the server may still change the status. */
export function isUnfinished(generation: Pick<Generation, 'status'>): boolean {
  return generation.status === 'QUEUED' || generation.status === 'RUNNING'
}

/**
 * Report whether a generation matches a filter. Ignores `filter.text`, because the client does not
 * know the server's rules for word matching.
 */
export function matches(filter: GenerationFilter, generation: Generation): boolean {
  if ((generation.trashedAt !== null) !== (filter.trashed ?? false)) return false
  if (filter.statuses && !filter.statuses.includes(generation.status)) return false
  if (typeof filter.favorite === 'boolean' && generation.favorite !== filter.favorite) return false
  if (filter.board && !generation.boards.includes(filter.board)) return false
  if (filter.model && generation.model !== filter.model) return false
  if (filter.parentId && generation.parentId !== filter.parentId) return false
  const createdAt = Date.parse(generation.createdAt)
  if (filter.createdFrom && createdAt < Date.parse(filter.createdFrom)) return false
  if (filter.createdBefore && createdAt >= Date.parse(filter.createdBefore)) return false
  return true
}
