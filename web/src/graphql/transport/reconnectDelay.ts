const MAX_DELAY_MS = 15_000

/**
 * Compute an exponential backoff in milliseconds. The jitter spreads the reconnects of many clients
 * after a server restart.
 */
export function reconnectDelay(retries: number): number {
  return Math.min(MAX_DELAY_MS, 500 * 2 ** retries) * (0.5 + Math.random() / 2)
}
