import { type Generation, isUnfinished, type Progress } from './generation'
import { newerProgress, newerRecord } from './merge'

type Listener = () => void
/** How many runs say what is usual. */
const RUNS = 9

type Change = Partial<Pick<Generation, 'favorite' | 'trashedAt'>>

/** Listeners per key, so that one image's change wakes one cell of a long list. */
class ListenersByKey {
  private readonly byKey = new Map<string, Set<Listener>>()

  on(key: string, listener: Listener): () => void {
    const listeners = this.byKey.get(key) ?? new Set()
    this.byKey.set(key, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.byKey.delete(key)
    }
  }

  notify(key: string): void {
    for (const listener of [...(this.byKey.get(key) ?? [])]) listener()
  }
}

/**
 * The one normalized copy of every generation the page has heard of, whichever way the news came:
 * answers and pushed events all pass through `accept`, so that a late one can never take back what
 * is already known. A cache that knows no versions would need this in front of it, and would then
 * hold everything twice; see docs/decisions.
 */
export class GenerationStore {
  private readonly records = new Map<string, Generation>()
  /** The records with changes over them that the server has not answered yet. */
  private readonly views = new Map<string, Generation>()
  private readonly changes = new Map<string, Change>()
  private readonly progress = new Map<string, Progress>()
  private readonly lastUpdateAt = new Map<string, number>()
  private readonly recordListeners = new ListenersByKey()
  private readonly progressListeners = new ListenersByKey()
  private readonly observers = new Set<(generation: Generation) => void>()
  private readonly removalObservers = new Set<(id: string) => void>()
  private readonly now: () => number

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  /** Takes news in and says what is true now. */
  accept(incoming: Generation): Generation {
    const known = this.records.get(incoming.id)
    const record = newerRecord(known, incoming)
    if (isUnfinished(record)) this.lastUpdateAt.set(record.id, this.now())
    else this.lastUpdateAt.delete(record.id)
    this.acceptProgress(record, incoming.progress)
    if (record !== known && !this.isTick(incoming)) {
      this.records.set(record.id, record)
      this.refresh(record.id)
    }
    return this.views.get(record.id) ?? record
  }

  get(id: string): Generation | undefined {
    return this.views.get(id)
  }

  progressOf(id: string): Progress | null {
    return this.progress.get(id) ?? null
  }

  /** What an image of this model usually takes: the median of the last runs known here. */
  usualSeconds(model: string): number | null {
    const runs = [...this.records.values()]
      .filter((record) => record.model === model && record.status === 'SUCCEEDED')
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, RUNS)
      .flatMap(({ startedAt, finishedAt }) =>
        startedAt && finishedAt ? [Date.parse(finishedAt) - Date.parse(startedAt)] : [],
      )
      .sort((a, b) => a - b)
    const median = runs[Math.floor(runs.length / 2)]
    return median === undefined ? null : Math.max(1, Math.round(median / 1000))
  }

  /** Unfinished ones of which nothing was heard for so long. */
  staleFor(milliseconds: number): string[] {
    const before = this.now() - milliseconds
    return [...this.lastUpdateAt].filter(([, at]) => at <= before).map(([id]) => id)
  }

  /** It is being asked for again: wait as long again before the next time. */
  markRefetched(id: string): void {
    if (this.lastUpdateAt.has(id)) this.lastUpdateAt.set(id, this.now())
  }

  /** Shows a change before the server has answered; the result takes it back. */
  applyOptimistic(ids: readonly string[], change: Change): () => void {
    for (const id of ids) {
      this.changes.set(id, { ...this.changes.get(id), ...change })
      this.refresh(id)
    }
    return () => {
      for (const id of ids) {
        this.changes.delete(id)
        this.refresh(id)
      }
    }
  }

  forget(id: string): void {
    this.records.delete(id)
    this.changes.delete(id)
    this.lastUpdateAt.delete(id)
    this.progress.delete(id)
    this.refresh(id)
    for (const observer of this.removalObservers) observer(id)
  }

  on(id: string, listener: Listener): () => void {
    return this.recordListeners.on(id, listener)
  }

  onProgress(id: string, listener: Listener): () => void {
    return this.progressListeners.on(id, listener)
  }

  /** Tells of every record that is new or changed, for lists. */
  observe(changed: (generation: Generation) => void, removed: (id: string) => void): () => void {
    this.observers.add(changed)
    this.removalObservers.add(removed)
    return () => {
      this.observers.delete(changed)
      this.removalObservers.delete(removed)
    }
  }

  /** News of progress alone: the record of this version is known already. */
  private isTick(incoming: Generation): boolean {
    return incoming.progress !== null && this.records.get(incoming.id)?.version === incoming.version
  }

  private acceptProgress(record: Generation, incoming: Progress | null): void {
    const known = this.progressOf(record.id)
    const next = record.status === 'RUNNING' ? newerProgress(known, incoming) : null
    if (next === known) return
    if (next === null) this.progress.delete(record.id)
    else this.progress.set(record.id, next)
    this.progressListeners.notify(record.id)
  }

  private refresh(id: string): void {
    const record = this.records.get(id)
    if (record === undefined) this.views.delete(id)
    else this.views.set(id, { ...record, ...this.changes.get(id) })
    const view = this.views.get(id)
    this.recordListeners.notify(id)
    if (view) for (const observer of this.observers) observer(view)
  }
}
