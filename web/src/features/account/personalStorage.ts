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
    // A full or forbidden storage costs the draft after a reload, not the picture.
  }
}

/** Signing out leaves nothing of the person. */
export function forgetPerson(storage: Storage = window.localStorage): void {
  for (const key of Object.keys(storage)) {
    if (key.startsWith(PREFIX)) storage.removeItem(key)
  }
}
