import type { GenerateImageInput } from '../../graphql/generated/operations'
import { readPersonal, writePersonal } from '../account/personalStorage'
import type { Outbox, Outcome, PendingRequest } from '../generations/outbox'
import type { GridPlan } from './expansion/planGrid'

type Input = PendingRequest['input']

/** One prompt of a grid and the request that it was sent with. */
export interface GridCell {
  clientRequestId: string
  prompt: string
  /** Null until the request was accepted. */
  generationId: string | null
  /** Code of the reason why it was not accepted: a `UserErrorCode`, or `FAILED` without one. */
  error: string | null
}

/** A prompt with alternatives, and the requests that it was expanded to. */
export interface PromptGrid {
  id: string
  createdAt: string
  /** The prompt as written. */
  prompt: string
  /** Headings; the cell at `row * columns.length + column` belongs to both. */
  rows: readonly string[]
  columns: readonly string[]
  /** What all requests have in common. */
  input: Omit<Input, 'prompt'>
  cells: GridCell[]
}

const NAME = 'grids'
/** Limit of stored cells, about 200 bytes each. Older grids are forgotten; their images stay. */
const MAX_CELLS = 2_000

function isGrid(value: unknown): value is PromptGrid {
  return value instanceof Object && 'id' in value && 'cells' in value && Array.isArray(value.cells)
}

function readGrids(): PromptGrid[] {
  const stored = readPersonal(NAME)
  return Array.isArray(stored) ? stored.filter(isGrid) : []
}

/** Return the newest grids that fit into the limit, at least one. */
function newest(grids: readonly PromptGrid[]): PromptGrid[] {
  let cells = 0
  return grids.filter((grid, index) => {
    cells += grid.cells.length
    return index === 0 || cells <= MAX_CELLS
  })
}

/**
 * The grids of prompts that this browser sent, newest first. A grid is stored before its first request
 * is sent, with the keys of all requests, so a reload neither loses nor repeats one.
 */
export class GridStore {
  private readonly outbox: Outbox
  private readonly listeners = new Set<() => void>()
  private current: readonly PromptGrid[] = readGrids()

  constructor(outbox: Outbox) {
    this.outbox = outbox
    outbox.observe((request, outcome) => this.record(request, outcome))
  }

  all = (): readonly PromptGrid[] => this.current

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Store a grid and start to send its requests. Returns its ID. */
  send(
    plan: Pick<GridPlan, 'prompts' | 'rows' | 'columns'> & { prompt: string },
    input: Omit<GenerateImageInput, 'clientRequestId' | 'prompt'>,
  ): string {
    const grid: PromptGrid = {
      id: crypto.randomUUID(),
      createdAt: new Date().toISOString(),
      prompt: plan.prompt,
      rows: plan.rows,
      columns: plan.columns,
      input,
      cells: plan.prompts.map((prompt) => ({
        clientRequestId: crypto.randomUUID(),
        prompt,
        generationId: null,
        error: null,
      })),
    }
    this.write(newest([grid, ...readGrids()]))
    void this.outbox.submitAll(grid.cells.map((cell) => requestOf(grid, cell)))
    return grid.id
  }

  /** Send the request of a cell again, under a new key, after it was rejected, failed or was deleted. */
  repeat(gridId: string, clientRequestId: string): void {
    const next = crypto.randomUUID()
    this.change(gridId, clientRequestId, {
      clientRequestId: next,
      generationId: null,
      error: null,
    })
    this.sendAgain(gridId, next)
  }

  /** Send the request of a cell that has no response yet, under the same key. */
  sendAgain(gridId: string, clientRequestId: string): void {
    const grid = this.current.find(({ id }) => id === gridId)
    const cell = grid?.cells.find((each) => each.clientRequestId === clientRequestId)
    if (grid && cell) void this.outbox.submitAll([requestOf(grid, cell)])
  }

  private record({ clientRequestId }: PendingRequest, outcome: Outcome): void {
    const grid = readGrids().find(({ cells }) =>
      cells.some((cell) => cell.clientRequestId === clientRequestId),
    )
    if (grid === undefined) return
    const change =
      outcome.kind === 'accepted'
        ? { generationId: outcome.generation.id, error: null }
        : { error: (outcome.kind === 'rejected' ? outcome.errors[0]?.code : null) ?? 'FAILED' }
    this.change(grid.id, clientRequestId, change)
  }

  /** Read the grids again before each change, because other tabs change them too. */
  private change(gridId: string, clientRequestId: string, change: Partial<GridCell>): void {
    this.write(
      readGrids().map((grid) =>
        grid.id !== gridId
          ? grid
          : {
              ...grid,
              cells: grid.cells.map((cell) =>
                cell.clientRequestId === clientRequestId ? { ...cell, ...change } : cell,
              ),
            },
      ),
    )
  }

  private write(grids: PromptGrid[]): void {
    writePersonal(NAME, grids)
    this.current = grids
    for (const listener of this.listeners) listener()
  }
}

function requestOf({ input }: PromptGrid, { clientRequestId, prompt }: GridCell): PendingRequest {
  return { clientRequestId, input: { ...input, prompt } }
}
