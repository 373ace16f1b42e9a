import type { Generation } from '../../../graphql/store/generation'
import type { GenerationStore } from '../../../graphql/store/generationStore'
import { readPersonal, writePersonal } from '../../account/personalStorage'

const NAME = 'notify'

export const CAN_NOTIFY = 'Notification' in globalThis

export function wantsNotifications(): boolean {
  return CAN_NOTIFY && Notification.permission === 'granted' && readPersonal(NAME) === true
}

/** Asks the browser the first time; false when the person or the browser says no. */
export async function chooseNotifications(on: boolean): Promise<boolean> {
  const granted = on && CAN_NOTIFY && (await Notification.requestPermission()) === 'granted'
  writePersonal(NAME, granted)
  return granted
}

/** Calls for attention when images are done and nobody is looking; the result ends it. */
export function notifyWhenDone(store: GenerationStore, title: () => string): () => void {
  const running = new Set<string>()
  const changed = ({ id, status, prompt }: Generation) => {
    if (status === 'QUEUED' || status === 'RUNNING') running.add(id)
    else if (running.delete(id) && status === 'SUCCEEDED' && document.hidden) {
      if (wantsNotifications()) new Notification(title(), { body: prompt, tag: id })
    }
  }
  return store.observe(changed, (id) => running.delete(id))
}
