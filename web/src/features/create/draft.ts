import { readPersonal, writePersonal } from '../account/personalStorage'
import type { Settings } from './settings'

const NAME = 'draft'
const PAST = 'prompts'
const KEPT_PROMPTS = 30

/** The form's contents: outlive the page, and other pages hand settings over through them. */
export class Draft {
  private current: Partial<Settings>
  private readonly listeners = new Set<() => void>()

  constructor() {
    const kept = readPersonal(NAME)
    this.current = kept instanceof Object ? (kept as Partial<Settings>) : {}
  }

  get = (): Partial<Settings> => this.current

  set(settings: Partial<Settings>): void {
    this.current = settings
    writePersonal(NAME, settings)
    for (const listener of this.listeners) listener()
  }

  on = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

export function pastPrompts(): string[] {
  const kept = readPersonal(PAST)
  return Array.isArray(kept) ? kept.filter((prompt) => typeof prompt === 'string') : []
}

export function rememberPrompt(prompt: string): void {
  const others = pastPrompts().filter((past) => past !== prompt)
  writePersonal(PAST, [prompt, ...others].slice(0, KEPT_PROMPTS))
}
