import { readPersonal, writePersonal } from '../account/personalStorage'
import type { Settings } from './settings'

const NAME = 'form'

/** The contents of the Create form. They survive a reload, and other pages can write them. */
export class FormStore {
  private current: Partial<Settings>
  private readonly listeners = new Set<() => void>()

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

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
