import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useStudio } from '../../../studio/StudioContext'
import type { PromptGrid } from '../gridStore'
import { type CellState, cellState } from './gridProgress'

/** Return the states of all cells, and follow them. */
export function useCellStates(grid: PromptGrid): readonly CellState[] {
  const { store } = useStudio()
  const joined = useSyncExternalStore(
    useCallback((listener) => store.observe(listener, listener), [store]),
    () => grid.cells.map((cell) => cellState(cell, store.get(cell.generationId ?? ''))).join(' '),
  )
  return useMemo(() => joined.split(' ') as CellState[], [joined])
}
