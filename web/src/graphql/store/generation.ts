import type { GenerationFilter, GenerationQuery, ModelsQuery } from '../generated/operations'

export type Generation = NonNullable<GenerationQuery['generation']>
export type GeneratedImage = Generation['images'][number]
export type Progress = NonNullable<Generation['progress']>
export type Model = ModelsQuery['models'][number]

/** Whether it may still change by itself. */
export function isUnfinished(generation: Pick<Generation, 'status'>): boolean {
  return generation.status === 'QUEUED' || generation.status === 'RUNNING'
}

/**
 * Whether a list with this filter holds the generation. The text is left to the server, which
 * alone knows how it splits words: a record that is in such a list stays in it.
 */
export function matches(filter: GenerationFilter, generation: Generation): boolean {
  if ((generation.trashedAt !== null) !== (filter.trashed ?? false)) return false
  if (filter.statuses && !filter.statuses.includes(generation.status)) return false
  if (typeof filter.favorite === 'boolean' && generation.favorite !== filter.favorite) return false
  if (filter.model && generation.model !== filter.model) return false
  if (filter.parentId && generation.parentId !== filter.parentId) return false
  const createdAt = Date.parse(generation.createdAt)
  if (filter.createdFrom && createdAt < Date.parse(filter.createdFrom)) return false
  if (filter.createdBefore && createdAt >= Date.parse(filter.createdBefore)) return false
  return true
}
