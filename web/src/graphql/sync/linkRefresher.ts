import type { GenerationFilter } from '../generated/operations'
import type { Generation } from '../store/generation'
import type { FetchPage } from '../store/generationList'
import type { GenerationStore } from '../store/generationStore'

/** Links are refreshed this long before they expire. */
const REFRESH_BEFORE_MS = 60_000
const CHECK_INTERVAL_MS = 15_000
/** The API does not report when links to source and mask expire. They work for 10 to 15 minutes. */
const INPUT_LINK_MS = 600_000
/** Bounds the work if visible generations were created far apart in time. */
const MAX_PAGES = 4

/**
 * Refreshes the links of visible generations before they expire: to images, and to source and mask
 * of an edit. Visible generations were usually created close together, so one query for that period
 * covers them.
 */
export class LinkRefresher {
  private readonly store: GenerationStore
  private readonly fetchPage: FetchPage
  private readonly visible = new Map<string, number>()
  private refreshing = false
  private readonly timer: ReturnType<typeof setInterval>

  constructor(store: GenerationStore, fetchPage: FetchPage) {
    this.store = store
    this.fetchPage = fetchPage
    this.timer = setInterval(() => void this.refresh(), CHECK_INTERVAL_MS)
  }

  /** Refresh the generation's links until the returned function is called. */
  track(id: string): () => void {
    this.visible.set(id, (this.visible.get(id) ?? 0) + 1)
    return () => {
      const left = (this.visible.get(id) ?? 1) - 1
      if (left > 0) this.visible.set(id, left)
      else this.visible.delete(id)
    }
  }

  /** Refresh all visible links, for example after an image failed to load. */
  refreshAll(): Promise<void> {
    return this.refresh(Number.POSITIVE_INFINITY)
  }

  close(): void {
    clearInterval(this.timer)
  }

  private async refresh(withinMs = REFRESH_BEFORE_MS): Promise<void> {
    if (this.refreshing) return
    const deadline = Date.now() + withinMs
    const expiring = [...this.visible.keys()]
      .flatMap((id) => this.store.get(id) ?? [])
      .filter((generation) => this.expiresAt(generation) <= deadline)
    if (expiring.length === 0) return
    this.refreshing = true
    try {
      await this.fetch(
        expiring.filter(({ trashedAt }) => trashedAt === null),
        false,
      )
      await this.fetch(
        expiring.filter(({ trashedAt }) => trashedAt !== null),
        true,
      )
    } finally {
      this.refreshing = false
    }
  }

  /** Return when the first link of a generation expires; infinity if it has none. */
  private expiresAt({ id, images, sourceUrl, maskUrl }: Generation): number {
    const ends = images.map((image) => Date.parse(image.expiresAt))
    if (sourceUrl ?? maskUrl) ends.push(this.store.receivedAt(id) + INPUT_LINK_MS)
    return Math.min(...ends)
  }

  private async fetch(expiring: Generation[], trashed: boolean): Promise<void> {
    if (expiring.length === 0) return
    const times = expiring.map(({ createdAt }) => Date.parse(createdAt))
    const filter: GenerationFilter = {
      createdFrom: new Date(Math.min(...times)).toISOString(),
      createdBefore: new Date(Math.max(...times) + 1).toISOString(),
      ...(trashed ? { trashed } : {}),
    }
    let after: string | null = null
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page: Awaited<ReturnType<FetchPage>> | null = await this.fetchPage(filter, after).catch(
        () => null,
      )
      if (!page?.hasNextPage) return
      after = page.endCursor
    }
  }
}
