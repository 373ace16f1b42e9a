type Listener = () => void

/** Listeners by key, so that a change of one generation updates one cell of a long list only. */
export class ListenersByKey {
  private readonly byKey = new Map<string, Set<Listener>>()

  add(key: string, listener: Listener): () => void {
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
