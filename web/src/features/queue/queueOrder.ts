import type { Generation } from '../../graphql/store/generation'

/** Sort unfinished generations: running ones first, then the oldest first. */
export function queueOrder(generations: readonly Generation[]): Generation[] {
  const running = (generation: Generation) => (generation.status === 'RUNNING' ? 0 : 1)
  return [...generations].sort((a, b) => running(a) - running(b) || (a.id < b.id ? -1 : 1))
}

/** Select the failed generations that were not retried yet. */
export function retryable(generations: readonly Generation[]): Generation[] {
  const parents = new Set(generations.map(({ parentId }) => parentId))
  return generations.filter(({ id, status }) => status === 'FAILED' && !parents.has(id))
}
