import type { Generation, Progress } from './generation'

/** The record with the highest version; of equals the later read, whose links live longer. */
export function newerRecord(known: Generation | undefined, incoming: Generation): Generation {
  return known !== undefined && known.version > incoming.version ? known : incoming
}

/** Progress is never stored, so it has no version: a higher attempt is newer, then a higher step. */
export function newerProgress(known: Progress | null, incoming: Progress | null): Progress | null {
  if (known === null || incoming === null) return incoming ?? known
  if (incoming.attempt !== known.attempt) return incoming.attempt > known.attempt ? incoming : known
  if (incoming.step <= known.step) return known
  return { ...incoming, previewUrl: incoming.previewUrl ?? known.previewUrl }
}
