const LONGEST = 15_000

/** Doubling with jitter, so that a host that comes back is not met by all pages at once. */
export function reconnectDelay(retries: number): number {
  return Math.min(LONGEST, 500 * 2 ** retries) * (0.5 + Math.random() / 2)
}
