/** The largest seed that the API accepts. Its type is GraphQL's `Int`. */
export const MAX_SEED = 2 ** 31 - 1

export function randomSeed(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) & MAX_SEED
}

/**
 * Map a decimal number of any length to a seed that the API accepts: the number modulo 2³¹. The same
 * number always gives the same seed, and accepted seeds stay as they are.
 */
export function mapSeed(digits: string): number {
  return Number(BigInt(digits) % BigInt(MAX_SEED + 1))
}
