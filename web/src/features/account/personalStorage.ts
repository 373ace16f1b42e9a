/** What the page keeps of a person in this browser: drafts, earlier prompts, unsent requests. */
const PREFIX = 'genai-studio.my.'

export function readPersonal(name: string, storage: Storage = window.localStorage): unknown {
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
  storage: Storage = window.localStorage,
): void {
  try {
    storage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // A full or forbidden storage costs the draft after a reload, not the image.
  }
}

/** Whose all this is; outlives a sign-in that ends by itself. */
const SUBJECT = 'genai-studio.subject'

/** Somebody has signed in. If it is another person, nothing of the one before may stay. */
export function assignPersonalStorage(
  subject: string,
  storage: Storage = window.localStorage,
): void {
  const before = storage.getItem(SUBJECT)
  if (before !== null && before !== subject) clearPersonalStorage(storage)
  storage.setItem(SUBJECT, subject)
}

/** Signing out leaves nothing of the person. */
export function clearPersonalStorage(storage: Storage = window.localStorage): void {
  storage.removeItem(SUBJECT)
  for (const key of Object.keys(storage)) {
    if (key.startsWith(PREFIX)) storage.removeItem(key)
  }
}
