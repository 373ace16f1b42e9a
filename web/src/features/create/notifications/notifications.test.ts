import { beforeEach, expect, test, vi } from 'vitest'
import { GenerationStore } from '../../../graphql/store/generationStore'
import { aGeneration } from '../../../graphql/testing/generations'

const shown = vi.fn()
const hidden = vi.spyOn(document, 'hidden', 'get')

/** Replaces the browser's `Notification` and records what is shown. */
class FakeNotification {
  static permission = 'granted'
  static requestPermission = async () => FakeNotification.permission

  constructor(title: string, { body }: { body: string }) {
    shown(title, body)
  }
}

// The module checks for support at import time.
vi.stubGlobal('Notification', FakeNotification)
const { setNotificationsEnabled, notifyOnCompletion, notificationsEnabled } = await import(
  './notifications'
)

beforeEach(() => {
  localStorage.clear()
  shown.mockClear()
  FakeNotification.permission = 'granted'
  hidden.mockReturnValue(true)
})

/** Let one generation run and succeed. */
function complete(store: GenerationStore): void {
  store.accept(aGeneration({ status: 'RUNNING', version: 2 }))
  store.accept(aGeneration({ status: 'SUCCEEDED', version: 3 }))
}

test('notifies when a generation succeeds while the page is hidden', async () => {
  const store = new GenerationStore()
  notifyOnCompletion(store, () => 'Your image is ready')
  await setNotificationsEnabled(true)
  complete(store)
  expect(shown).toHaveBeenCalledExactlyOnceWith('Your image is ready', aGeneration().prompt)
})

test('does not notify if the page is visible or notifications are disabled', async () => {
  const store = new GenerationStore()
  notifyOnCompletion(store, () => 'Your image is ready')
  complete(store)
  await setNotificationsEnabled(true)
  hidden.mockReturnValue(false)
  store.accept(aGeneration({ status: 'RUNNING', version: 4 }))
  store.accept(aGeneration({ status: 'SUCCEEDED', version: 5 }))
  expect(shown).not.toHaveBeenCalled()
})

test('stays disabled if the browser denies permission', async () => {
  FakeNotification.permission = 'denied'
  expect(await setNotificationsEnabled(true)).toBe(false)
  expect(notificationsEnabled()).toBe(false)
})
