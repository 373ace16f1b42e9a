import type { Generation } from '../../../graphql/store/generation'
import type { GenerationStore } from '../../../graphql/store/generationStore'
import { readPersonal, writePersonal } from '../../account/personalStorage'

const NAME = 'notify'

export const NOTIFICATIONS_SUPPORTED = 'Notification' in globalThis

export function notificationsEnabled(): boolean {
  return (
    NOTIFICATIONS_SUPPORTED && Notification.permission === 'granted' && readPersonal(NAME) === true
  )
}

/** Enable or disable notifications. Resolves to false if they are off or the browser denies them. */
export async function setNotificationsEnabled(on: boolean): Promise<boolean> {
  const granted =
    on && NOTIFICATIONS_SUPPORTED && (await Notification.requestPermission()) === 'granted'
  writePersonal(NAME, granted)
  return granted
}

/** Notify when a generation succeeds while the page is hidden. Returns a function that stops this. */
export function notifyOnCompletion(store: GenerationStore, title: () => string): () => void {
  const running = new Set<string>()
  const onChange = ({ id, status, prompt }: Generation) => {
    if (status === 'QUEUED' || status === 'RUNNING') running.add(id)
    else if (running.delete(id) && status === 'SUCCEEDED' && document.hidden) {
      if (notificationsEnabled()) new Notification(title(), { body: prompt, tag: id })
    }
  }
  return store.observe(onChange, (id) => running.delete(id))
}
