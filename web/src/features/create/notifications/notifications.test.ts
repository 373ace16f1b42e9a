import { beforeEach, expect, test, vi } from 'vitest'
import { GenerationStore } from '../../../graphql/store/generationStore'
import { aGeneration } from '../../../graphql/testing/generations'

const shown = vi.fn()
const hidden = vi.spyOn(document, 'hidden', 'get')

/** The browser's own: it remembers one answer, and shows whatever is made. */
class FakeNotification {
  static permission = 'granted'
  static requestPermission = async () => FakeNotification.permission

  constructor(title: string, { body }: { body: string }) {
    shown(title, body)
  }
}

// The module looks once whether the browser knows notifications.
vi.stubGlobal('Notification', FakeNotification)
const { chooseNotifications, notifyWhenDone, wantsNotifications } = await import('./notifications')

beforeEach(() => {
  localStorage.clear()
  shown.mockClear()
  FakeNotification.permission = 'granted'
  hidden.mockReturnValue(true)
})

/** An image that is asked for and comes. */
function make(store: GenerationStore): void {
  store.accept(aGeneration({ status: 'RUNNING', version: 2 }))
  store.accept(aGeneration({ status: 'SUCCEEDED', version: 3 }))
}

test('whoever wants it hears of an image that is done while nobody looks', async () => {
  const store = new GenerationStore()
  notifyWhenDone(store, () => 'Your image is done')
  await chooseNotifications(true)
  make(store)
  expect(shown).toHaveBeenCalledExactlyOnceWith('Your image is done', aGeneration().prompt)
})

test('nobody hears of it who looks, or did not ask', async () => {
  const store = new GenerationStore()
  notifyWhenDone(store, () => 'Your image is done')
  make(store)
  await chooseNotifications(true)
  hidden.mockReturnValue(false)
  store.accept(aGeneration({ status: 'RUNNING', version: 4 }))
  store.accept(aGeneration({ status: 'SUCCEEDED', version: 5 }))
  expect(shown).not.toHaveBeenCalled()
})

test('what the browser denies stays off', async () => {
  FakeNotification.permission = 'denied'
  expect(await chooseNotifications(true)).toBe(false)
  expect(wantsNotifications()).toBe(false)
})
