import type { GenerationFilter } from '../generated/operations'
import type { Generation } from '../store/generation'
import type { FetchPage } from '../store/generationList'
import type { GenerationStore } from '../store/generationStore'

/** Links are read again so long before they expire. */
const AHEAD = 60_000
const LOOK_EVERY = 15_000
/** More than so many pages would mean that the visible ones lie years apart. */
const MOST_PAGES = 4

function expiresAt({ images }: Generation): number {
  return Math.min(...images.map((image) => Date.parse(image.expiresAt)))
}

/**
 * Keeps the links of visible images alive. What is visible lies close together in time, so one
 * query for that time brings all of it.
 */
export class LinkRefresher {
  private readonly store: GenerationStore
  private readonly fetchPage: FetchPage
  private readonly visible = new Map<string, number>()
  private reading = false
  private readonly timer: ReturnType<typeof setInterval>

  constructor(store: GenerationStore, fetchPage: FetchPage) {
    this.store = store
    this.fetchPage = fetchPage
    this.timer = setInterval(() => void this.renew(), LOOK_EVERY)
  }

  /** It is being shown; the result ends it. */
  show(id: string): () => void {
    this.visible.set(id, (this.visible.get(id) ?? 0) + 1)
    return () => {
      const left = (this.visible.get(id) ?? 1) - 1
      if (left > 0) this.visible.set(id, left)
      else this.visible.delete(id)
    }
  }

  /** Reads those again that are about to expire, or all when one failed to load. */
  async renew(ahead = AHEAD): Promise<void> {
    if (this.reading) return
    const before = Date.now() + ahead
    const stale = [...this.visible.keys()]
      .flatMap((id) => this.store.get(id) ?? [])
      .filter((generation) => expiresAt(generation) <= before)
    if (stale.length === 0) return
    this.reading = true
    try {
      await this.read(
        stale.filter(({ trashedAt }) => trashedAt === null),
        false,
      )
      await this.read(
        stale.filter(({ trashedAt }) => trashedAt !== null),
        true,
      )
    } finally {
      this.reading = false
    }
  }

  close(): void {
    clearInterval(this.timer)
  }

  private async read(stale: Generation[], trashed: boolean): Promise<void> {
    if (stale.length === 0) return
    const times = stale.map(({ createdAt }) => Date.parse(createdAt))
    const filter: GenerationFilter = {
      createdFrom: new Date(Math.min(...times)).toISOString(),
      createdBefore: new Date(Math.max(...times) + 1).toISOString(),
      ...(trashed ? { trashed } : {}),
    }
    let after: string | null = null
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page: Awaited<ReturnType<FetchPage>> | null = await this.fetchPage(filter, after).catch(
        () => null,
      )
      if (!page?.hasNextPage) return
      after = page.endCursor
    }
  }
}
