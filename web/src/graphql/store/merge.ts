import type { Generation, Progress } from './generation'

/** Return the record with the higher version. On a tie, return the incoming one: its links expire later. */
export function newerRecord(known: Generation | undefined, incoming: Generation): Generation {
  return known !== undefined && known.version > incoming.version ? known : incoming
}

/** Report whether the server sent the same record again, with the same links. */
export const isSameRecord = (known: Generation, incoming: Generation): boolean =>
  known.version === incoming.version && JSON.stringify(known) === JSON.stringify(incoming)

/** Return the newer progress. Progress has no version, so compare the attempt, then the step. */
export function newerProgress(known: Progress | null, incoming: Progress | null): Progress | null {
  if (known === null || incoming === null) return incoming ?? known
  if (incoming.attempt !== known.attempt) return incoming.attempt > known.attempt ? incoming : known
  if (incoming.step <= known.step) return known
  return { ...incoming, previewUrl: incoming.previewUrl ?? known.previewUrl }
}
