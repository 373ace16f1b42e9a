/**
 * localStorage with a fallback in memory. Reading `window.localStorage` throws if the browser blocks
 * cookies, and writing throws if the origin's quota is exhausted.
 */
export class BrowserStorage implements Storage {
  private readonly open: () => Storage | null
  /** The entries that could not be stored. */
  private readonly unsaved = new Map<string, string>()
  private readonly listeners = new Set<() => void>()
  private hasFailed = false

  constructor(open: () => Storage | null = () => window.localStorage) {
    this.open = open
  }

  get length(): number {
    return this.keys().length
  }

  key(index: number): string | null {
    return this.keys()[index] ?? null
  }

  getItem(key: string): string | null {
    return this.unsaved.get(key) ?? this.attempt((storage) => storage.getItem(key)) ?? null
  }

  setItem(key: string, value: string): void {
    this.unsaved.delete(key)
    const isStored = this.attempt((storage) => {
      storage.setItem(key, value)
      return true
    })
    if (isStored) return
    // The old value must not come back after a reload. Deleting works even if the quota is exhausted.
    this.attempt((storage) => storage.removeItem(key))
    this.unsaved.set(key, value)
    this.hasFailed = true
    for (const listener of this.listeners) listener()
  }

  removeItem(key: string): void {
    this.unsaved.delete(key)
    this.attempt((storage) => storage.removeItem(key))
  }

  clear(): void {
    for (const key of this.keys()) this.removeItem(key)
  }

  keys(): string[] {
    const stored = this.attempt((storage) => Object.keys(storage)) ?? []
    return [...new Set([...stored, ...this.unsaved.keys()])]
  }

  /** Report whether any entry was not stored since the page was opened. */
  failed = (): boolean => this.hasFailed

  onFailure = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private attempt<Result>(use: (storage: Storage) => Result): Result | undefined {
    try {
      const storage = this.open()
      return storage === null ? undefined : use(storage)
    } catch {
      return undefined
    }
  }
}

export const browserStorage = new BrowserStorage()

/** List the keys of any storage. `Object.keys` does not work for `BrowserStorage`. */
export function keysOf(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
}
