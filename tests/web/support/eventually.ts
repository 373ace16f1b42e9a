import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'

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

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>

/** Return the box of an element, in CSS pixels, once `accept` is true of it and it no longer changes. */
export async function settledBox(
  element: Locator,
  accept: (box: Box) => boolean = () => true,
): Promise<Box> {
  let box: Box | null = null
  await eventually(async () => {
    const previous = box
    box = await element.boundingBox()
    if (!box || !accept(box)) return `not accepted: ${JSON.stringify(box)}`
    return JSON.stringify(previous) === JSON.stringify(box) ? 'settled' : 'moving'
  }, 'settled')
  assert.ok(box)
  return box
}
