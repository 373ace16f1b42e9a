import { deleteBrowserFiles } from '../../storage/browserFiles'
import { browserStorage, keysOf } from '../../storage/browserStorage'

/** Key prefix of personal data: form contents, recent prompts, unsent requests. */
const PREFIX = 'genai-studio.my.'

/** Read a JSON value. Returns null if it is missing or invalid. */
export function readPersonal(name: string, storage: Storage = browserStorage): unknown {
  const text = storage.getItem(PREFIX + name)
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function writePersonal(
  name: string,
  value: unknown,
  storage: Storage = browserStorage,
): void {
  storage.setItem(PREFIX + name, JSON.stringify(value))
}

/** Key of the user that the data belongs to. It remains when a session expires. */
const SUBJECT = 'genai-studio.subject'

/** Assign the personal data to the user who signed in. Clears the data of another user. */
export function assignPersonalStorage(subject: string, storage: Storage = browserStorage): void {
  const previous = storage.getItem(SUBJECT)
  if (previous !== null && previous !== subject) clearPersonalStorage(storage)
  storage.setItem(SUBJECT, subject)
}

/** Delete all personal data. */
export function clearPersonalStorage(storage: Storage = browserStorage): void {
  storage.removeItem(SUBJECT)
  for (const key of keysOf(storage)) {
    if (key.startsWith(PREFIX)) storage.removeItem(key)
  }
  deleteBrowserFiles()
}
