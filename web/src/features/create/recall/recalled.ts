import type { Settings } from '../settings'

/** Settings out of a file or a text, and the names of what could not be used of it. */
export interface Recalled {
  settings: Partial<Settings>
  ignored: string[]
}

export function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Only what was found. */
export function found<T extends object>(fields: { [K in keyof T]: T[K] | null }): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null),
  ) as Partial<T>
}
