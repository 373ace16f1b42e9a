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
  /** Newest first; ids sort by time. */
  ids: readonly string[]
  status: 'loading' | 'ready' | 'failed'
  hasNextPage: boolean
}

/** A filtered page may come back empty while more follow; ask on, but not for ever at once. */
const EMPTY_PAGES_AT_ONCE = 8

/**
 * One view of the history: what its pages brought, kept true by the store. What a change makes
 * match is put in its place, what no longer matches leaves, without asking the server again.
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
  private reading: Promise<void> | null = null
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
      (generation) => this.place(generation),
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
   * The newest page again, after a reconnect. When it does not reach what is already there,
   * pages are missing in between, and the list begins anew.
   */
  async refresh(): Promise<void> {
    await this.reading
    this.reading = this.readFirst().finally(() => {
      this.reading = null
    })
    await this.reading
  }

  async loadMore(): Promise<void> {
    if (this.reading) return this.reading
    if (!this.current.hasNextPage) return
    this.reading = this.readNext().finally(() => {
      this.reading = null
    })
    await this.reading
  }

  private async readFirst(): Promise<void> {
    const before = new Set(this.ids)
    await this.read(null, (page) => {
      const joins = page.generations.some((generation) => before.has(generation.id))
      if (!joins || !page.hasNextPage) {
        this.ids.clear()
        this.endCursor = page.endCursor
        return page.hasNextPage
      }
      return this.current.hasNextPage
    })
    if (this.ids.size === 0 && this.current.status === 'ready') await this.readNext()
  }

  private async readNext(): Promise<void> {
    for (let pages = 0; pages < EMPTY_PAGES_AT_ONCE && this.current.hasNextPage; pages += 1) {
      const before = this.ids.size
      await this.read(this.endCursor, (page) => {
        this.endCursor = page.endCursor
        return page.hasNextPage
      })
      if (this.current.status === 'failed' || this.ids.size > before) return
    }
  }

  private async read(after: string | null, settle: (page: Page) => boolean): Promise<void> {
    try {
      const page = await this.fetchPage(this.filter, after)
      const hasNextPage = settle(page)
      for (const generation of page.generations) {
        if (matches(this.filter, generation)) this.ids.add(generation.id)
      }
      this.publish({ status: 'ready', hasNextPage })
    } catch {
      this.publish({ status: 'failed' })
    }
  }

  private place(generation: Generation): void {
    const has = this.ids.has(generation.id)
    if (has && !matches(this.filter, generation)) this.remove(generation.id)
    // Which words a text search finds, only the server knows.
    if (has || this.filter.text || !matches(this.filter, generation)) return
    const oldest = this.current.ids.at(-1)
    const beyond = oldest === undefined || generation.id < oldest
    // Older than everything read: its page will bring it.
    if (beyond && this.current.hasNextPage && this.current.status !== 'loading') return
    this.ids.add(generation.id)
    this.publish({})
  }

  private remove(id: string): void {
    if (this.ids.delete(id)) this.publish({})
  }

  private publish(change: Partial<ListState>): void {
    const ids = [...this.ids].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
    this.current = { ...this.current, ...change, ids }
    for (const listener of this.listeners) listener()
  }
}
