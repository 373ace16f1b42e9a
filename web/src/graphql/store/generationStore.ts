import { type Generation, isUnfinished, type Progress } from './generation'
import { ListenersByKey } from './listenersByKey'
import { isSameRecord, newerProgress, newerRecord } from './merge'

type Listener = () => void
/** Number of recent runs that the typical duration is computed from. */
const SAMPLE_SIZE = 9

type Change = Partial<Pick<Generation, 'favorite' | 'trashedAt' | 'boards'>>
/** Computes a change from the shown generation, because several changes can be pending. */
type ChangeOf = (generation: Generation) => Change

/**
 * Normalized cache of all generations on the page. Query results and pushed events both pass through
 * `accept`, so a delayed message never overwrites a newer record. A cache without record versions
 * would need this store in front of it and hold every record twice; see docs/decisions.
 */
export class GenerationStore {
  private readonly records = new Map<string, Generation>()
  /** The records with the optimistic changes applied. */
  private readonly views = new Map<string, Generation>()
  /** In the order in which they were made. */
  private readonly optimisticChanges = new Map<string, readonly ChangeOf[]>()
  private readonly progress = new Map<string, Progress>()
  private readonly lastUpdateAt = new Map<string, number>()
  private readonly acceptedAt = new Map<string, number>()
  private readonly recordListeners = new ListenersByKey()
  private readonly progressListeners = new ListenersByKey()
  private readonly observers = new Set<(generation: Generation) => void>()
  private readonly removalObservers = new Set<(id: string) => void>()
  private readonly now: () => number

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  /** Merge a record that the server sent. Returns the record to show. */
  accept(incoming: Generation): Generation {
    const known = this.records.get(incoming.id)
    const record = newerRecord(known, incoming)
    if (isUnfinished(record)) this.lastUpdateAt.set(record.id, this.now())
    else this.lastUpdateAt.delete(record.id)
    this.acceptProgress(record, incoming.progress)
    if (record !== known && !this.isProgressOnly(incoming)) {
      this.acceptedAt.set(record.id, this.now())
      // Most refreshes bring nothing new. Showing a record again takes longer than comparing it.
      if (known === undefined || !isSameRecord(known, record)) {
        this.records.set(record.id, record)
        this.refresh(record.id)
      }
    }
    return this.views.get(record.id) ?? record
  }

  get(id: string): Generation | undefined {
    return this.views.get(id)
  }

  /** Return when the record was accepted, in milliseconds. Its links were signed shortly before. */
  receivedAt(id: string): number {
    return this.acceptedAt.get(id) ?? this.now()
  }

  progressOf(id: string): Progress | null {
    return this.progress.get(id) ?? null
  }

  /** Return the median duration of the model's recent runs. Null if there is none yet. */
  typicalSeconds(model: string): number | null {
    const runs = [...this.records.values()]
      .filter((record) => record.model === model && record.status === 'SUCCEEDED')
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, SAMPLE_SIZE)
      .flatMap(({ startedAt, finishedAt }) =>
        startedAt && finishedAt ? [Date.parse(finishedAt) - Date.parse(startedAt)] : [],
      )
      .sort((a, b) => a - b)
    const median = runs[Math.floor(runs.length / 2)]
    return median === undefined ? null : Math.max(1, Math.round(median / 1000))
  }

  /** List unfinished generations without an update for this many milliseconds. */
  staleFor(milliseconds: number): string[] {
    const before = this.now() - milliseconds
    return [...this.lastUpdateAt].filter(([, at]) => at <= before).map(([id]) => id)
  }

  /** Restart the staleness period of a generation that is being fetched again. */
  markRefetched(id: string): void {
    if (this.lastUpdateAt.has(id)) this.lastUpdateAt.set(id, this.now())
  }

  /**
   * Show a change before the server confirms it. Returns a function that removes it again, and no other
   * change of the same generations.
   */
  applyOptimistic(ids: readonly string[], change: ChangeOf): () => void {
    for (const id of ids) {
      this.optimisticChanges.set(id, [...(this.optimisticChanges.get(id) ?? []), change])
      this.refresh(id)
    }
    return () => {
      for (const id of ids) {
        const others = this.optimisticChanges.get(id)?.filter((other) => other !== change)
        if (others?.length) this.optimisticChanges.set(id, others)
        else this.optimisticChanges.delete(id)
        this.refresh(id)
      }
    }
  }

  /** Remove a generation that was deleted on the server. */
  remove(id: string): void {
    this.records.delete(id)
    this.optimisticChanges.delete(id)
    this.lastUpdateAt.delete(id)
    this.acceptedAt.delete(id)
    this.progress.delete(id)
    this.refresh(id)
    for (const observer of this.removalObservers) observer(id)
  }

  /** Call `listener` when the generation's record changes. */
  subscribe(id: string, listener: Listener): () => void {
    return this.recordListeners.add(id, listener)
  }

  /** Call `listener` when the generation's progress changes. */
  subscribeProgress(id: string, listener: Listener): () => void {
    return this.progressListeners.add(id, listener)
  }

  /** Observe all records that are added, changed or removed. Progress alone is not reported. */
  observe(changed: (generation: Generation) => void, removed: (id: string) => void): () => void {
    this.observers.add(changed)
    this.removalObservers.add(removed)
    return () => {
      this.observers.delete(changed)
      this.removalObservers.delete(removed)
    }
  }

  /** Report whether the message contains progress only, without a newer record. */
  private isProgressOnly(incoming: Generation): boolean {
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

  private withOptimisticChanges(record: Generation): Generation {
    const view = { ...record }
    for (const change of this.optimisticChanges.get(record.id) ?? [])
      Object.assign(view, change(view))
    return view
  }

  private refresh(id: string): void {
    const record = this.records.get(id)
    if (record === undefined) this.views.delete(id)
    else this.views.set(id, this.withOptimisticChanges(record))
    const view = this.views.get(id)
    this.recordListeners.notify(id)
    if (view) for (const observer of this.observers) observer(view)
  }
}
