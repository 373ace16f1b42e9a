import assert from 'node:assert/strict'

const TIMEOUT_MS = 10_000
const INTERVAL_MS = 50

/** Read a value of the page until it equals `expected`. Fails with the last value. */
export async function eventually<Value>(
  read: () => Promise<Value>,
  expected: NoInfer<Value>,
): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS
  for (;;) {
    const value = await read()
    try {
      assert.deepEqual(value, expected)
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))
  }
}
