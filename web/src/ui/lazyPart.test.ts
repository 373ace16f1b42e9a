import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadPart } from './lazyPart'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function failing(times: number) {
  let calls = 0
  return vi.fn(async () => {
    calls += 1
    if (calls <= times) throw new TypeError('Failed to fetch dynamically imported module')
    return 'a part'
  })
}

test('a part that loads is requested once', async () => {
  const load = failing(0)
  await expect(loadPart(load)).resolves.toBe('a part')
  expect(load).toHaveBeenCalledTimes(1)
})

test('a part is requested again when the browser is online again', async () => {
  const load = failing(1)
  const loading = loadPart(load)
  await vi.advanceTimersByTimeAsync(0)
  window.dispatchEvent(new Event('online'))
  await expect(loading).resolves.toBe('a part')
  expect(load).toHaveBeenCalledTimes(2)
})

test('a part is requested again after a delay', async () => {
  const load = failing(2)
  const loading = loadPart(load)
  await vi.advanceTimersByTimeAsync(10_000)
  await expect(loading).resolves.toBe('a part')
  expect(load).toHaveBeenCalledTimes(3)
})
