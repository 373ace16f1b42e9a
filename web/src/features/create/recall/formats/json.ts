export type Json = Record<string, unknown>

/** Strings, which stay as they are; numbers that are not JSON; integers that lose digits. */
const TOKEN = /"(?:\\.|[^"\\])*"|-?\b(?:NaN|Infinity)\b|(?<![\d.eE+-])\d{16,}(?![\d.eE])/g

export function asObject(value: unknown): Json | null {
  return value instanceof Object && !Array.isArray(value) ? (value as Json) : null
}

/**
 * Parse a JSON object as Python writes it: `NaN` becomes null, and integers above 2⁵³ become strings
 * with all digits. Returns null for anything else.
 */
export function parseObject(text: string | undefined): Json | null {
  if (text === undefined || !text.trimStart().startsWith('{')) return null
  const strict = text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token
    return /\d/.test(token) ? `"${token}"` : 'null'
  })
  try {
    return asObject(JSON.parse(strict))
  } catch {
    return null
  }
}

export function fieldsOf(object: Json | null): Map<string, unknown> {
  return new Map(Object.entries(object ?? {}))
}
