import { mapSeed } from '../../generations/seed'

/** Parse a number, also from text and with a decimal comma. Returns null for anything else. */
export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  const text = value.trim().replace(/^(-?\d+),(\d+)$/, '$1.$2')
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null
}

/** Parse a size such as `512x384`, `512 × 384` or `(512, 384)`. */
export function asSize(value: unknown): { width: number; height: number } | null {
  const [, width, height] =
    /^\(?\s*(\d{1,6})\s*[x×,*]\s*(\d{1,6})\s*\)?$/i.exec(String(value).trim()) ?? []
  const size = { width: Number(width), height: Number(height) }
  return size.width > 0 && size.height > 0 ? size : null
}

/**
 * Parse a seed. Other programs use up to 64 bits, and −1 for a random seed (null). Returns undefined
 * for anything else.
 */
export function asSeed(value: unknown): { seed: number | null; largeSeed?: string } | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : ''
  if (text === '-1') return { seed: null }
  if (!/^\d{1,30}$/.test(text)) return undefined
  const seed = mapSeed(text)
  return String(seed) === text.replace(/^0+(?=\d)/, '') ? { seed } : { seed, largeSeed: text }
}
