import type { GenerationFilter } from '../generated/operations'
import { type Generation, matches } from './generation'
import type { GenerationStore } from './generationStore'

export interface Page {
  generations: Generation[]
  hasNextPage: boolean
  endCursor: string | null
}

export type FetchPage = (filter: GenerationFilter, after: string | null) => Promise<Page>

export interface ListState {
  /** Newest first: IDs sort by creation time. */
  ids: readonly string[]
  status: 'loading' | 'ready' | 'failed'
  hasNextPage: boolean
}

const isEqual = (a: ListState, b: ListState): boolean =>
  a.status === b.status &&
  a.hasNextPage === b.hasNextPage &&
  a.ids.length === b.ids.length &&
  a.ids.every((id, index) => id === b.ids[index])

/** The server may return empty pages for a filter. Limit of pages fetched for one request. */
const MAX_EMPTY_PAGES = 8

/**
 * A filtered, paginated view of the history. While it is open, it follows the store: generations that
 * start to match are inserted and others removed, without another query.
 */
export class GenerationList {
  readonly filter: GenerationFilter
  private readonly store: GenerationStore
  private readonly fetchPage: FetchPage
  private readonly openLists: Set<GenerationList>
  private readonly listeners = new Set<() => void>()
  private ids = new Set<string>()
  private endCursor: string | null = null
  private current: ListState = { ids: [], status: 'loading', hasNextPage: true }
  private lastRead: Promise<void> = Promise.resolve()
  private pendingMore: Promise<void> | null = null
  private stop: (() => void) | null = null

  /** `openLists` holds the open lists of a page, for its owner to refresh. */
  constructor(
    store: GenerationStore,
    fetchPage: FetchPage,
    filter: GenerationFilter,
    openLists: Set<GenerationList> = new Set(),
  ) {
    this.store = store
    this.fetchPage = fetchPage
    this.filter = filter
    this.openLists = openLists
  }

  /** Apply store changes to this list until the returned function is called. */
  open(): () => void {
    this.openLists.add(this)
    this.stop ??= this.store.observe(
      (generation) => this.handleChange(generation),
      (id) => this.remove(id),
    )
    return () => {
      this.openLists.delete(this)
      this.stop?.()
      this.stop = null
    }
  }

  state = (): ListState => this.current

  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /**
   * Fetch the first page again, for example after a reconnect. If it does not overlap the known
   * pages, there may be a gap, and the list restarts from this page.
   */
  refresh(): Promise<void> {
    return this.afterPendingReads(() => this.readFirst())
  }

  /** Fetch the next page, after a refresh that is in progress. */
  loadMore(): Promise<void> {
    this.pendingMore ??= this.afterPendingReads(() => this.readNext()).finally(() => {
      this.pendingMore = null
    })
    return this.pendingMore
  }

  /** Each read continues at the end of the one before. No read rejects. */
  private afterPendingReads(read: () => Promise<void>): Promise<void> {
    this.lastRead = this.lastRead.then(read)
    return this.lastRead
  }

  private async readFirst(): Promise<void> {
    const before = new Set(this.ids)
    await this.read(null, (page) => {
      const overlaps = page.generations.some((generation) => before.has(generation.id))
      if (!overlaps || !page.hasNextPage) {
        this.ids.clear()
        this.endCursor = page.endCursor
        return page.hasNextPage
      }
      return this.current.hasNextPage
    })
    if (this.ids.size === 0 && this.current.status === 'ready') await this.readNext()
  }

  private async readNext(): Promise<void> {
    for (let pages = 0; pages < MAX_EMPTY_PAGES && this.current.hasNextPage; pages += 1) {
      const before = this.ids.size
      await this.read(this.endCursor, (page) => {
        this.endCursor = page.endCursor
        return page.hasNextPage
      })
      if (this.current.status === 'failed' || this.ids.size > before) return
    }
  }

  private async read(after: string | null, applyPage: (page: Page) => boolean): Promise<void> {
    try {
      const page = await this.fetchPage(this.filter, after)
      const hasNextPage = applyPage(page)
      for (const generation of page.generations) {
        if (matches(this.filter, generation)) this.ids.add(generation.id)
      }
      this.update({ status: 'ready', hasNextPage })
    } catch {
      this.update({ status: 'failed' })
    }
  }

  private handleChange(generation: Generation): void {
    const has = this.ids.has(generation.id)
    if (has && !matches(this.filter, generation)) this.remove(generation.id)
    // Only the server can match a text filter.
    if (has || this.filter.text || !matches(this.filter, generation)) return
    const oldest = this.current.ids.at(-1)
    const isOlder = oldest === undefined || generation.id < oldest
    // It belongs to a page that has not been fetched yet.
    if (isOlder && this.current.hasNextPage && this.current.status !== 'loading') return
    this.ids.add(generation.id)
    this.update({})
  }

  private remove(id: string): void {
    if (this.ids.delete(id)) this.update({})
  }

  private update(change: Partial<ListState>): void {
    const ids = [...this.ids].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
    const next = { ...this.current, ...change, ids }
    // Most refreshes bring nothing new.
    if (isEqual(next, this.current)) return
    this.current = next
    for (const listener of this.listeners) listener()
  }
}
