import { readPersonal, writePersonal } from '../account/personalStorage'
import type { Settings } from './settings'

const NAME = 'form'

/** The contents of the Create form. They survive a reload, and other pages can write them. */
export class FormStore {
  private current: Partial<Settings>
  private readonly listeners = new Set<() => void>()
  /** The contents before and after the last import, in serialized form. */
  private imported: { before: Partial<Settings>; after: string } | null = null

  constructor() {
    const stored = readPersonal(NAME)
    this.current = stored instanceof Object ? (stored as Partial<Settings>) : {}
  }

  get = (): Partial<Settings> => this.current

  set(settings: Partial<Settings>): void {
    this.current = settings
    writePersonal(NAME, settings)
    for (const listener of this.listeners) listener()
  }

  /** Set the contents so that `undoImport` can restore the current ones. */
  import(settings: Settings): void {
    this.imported = { before: this.current, after: JSON.stringify(settings) }
    this.set(settings)
  }

  /** Report whether the contents are those of the last import. */
  canUndoImport(): boolean {
    return this.imported?.after === JSON.stringify(this.current)
  }

  /** Restore the contents before the last import, even if they were edited since. */
  undoImport(): void {
    if (this.imported === null) return
    const { before } = this.imported
    this.imported = null
    this.set(before)
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
