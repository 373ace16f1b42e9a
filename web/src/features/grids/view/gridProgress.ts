import type { Generation } from '../../../graphql/store/generation'
import type { GridCell } from '../gridStore'

/** The state of a cell of a grid. */
export type CellState =
  /** Not accepted yet; it is being sent, or waits for a connection. */
  | 'unsent'
  /** The studio did not accept the request. */
  | 'rejected'
  | 'unfinished'
  /** Failed or canceled. */
  | 'failed'
  | 'done'

/** Return the state of a cell. `generation` is undefined while it is not loaded. */
export function cellState(cell: GridCell, generation: Generation | undefined): CellState {
  if (cell.error !== null) return 'rejected'
  if (cell.generationId === null) return 'unsent'
  if (generation?.status === 'SUCCEEDED') return 'done'
  if (generation?.status === 'FAILED' || generation?.status === 'CANCELED') return 'failed'
  return 'unfinished'
}

/** Count the cells by state. */
export function countStates(states: readonly CellState[]): Record<CellState, number> {
  const counts = { unsent: 0, rejected: 0, unfinished: 0, failed: 0, done: 0 }
  for (const state of states) counts[state] += 1
  return counts
}
