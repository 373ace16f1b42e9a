import type { Settings } from '../../generations/settings'

/** Settings read from a file or a pasted text. */
export interface RecalledSettings {
  settings: Partial<Settings>
  /** Names of the values that have no equivalent in `Settings`. */
  ignored: string[]
}

export function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Drop the fields that are null. */
export function withoutNulls<T extends object>(
  fields: {
    [K in keyof T]: T[K] | null
  },
): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null),
  ) as Partial<T>
}
