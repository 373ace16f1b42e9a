import type { Storage as GraphiqlStorage } from '@graphiql/toolkit'

/** Tabs and the query history contain prompts. Signing out clears keys with this prefix. */
const PREFIX = 'genai-studio.my.explorer.'

export const explorerStorage: GraphiqlStorage = {
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).length
  },
  getItem: (key) => localStorage.getItem(PREFIX + key),
  setItem: (key, value) => localStorage.setItem(PREFIX + key, value),
  removeItem: (key) => localStorage.removeItem(PREFIX + key),
  clear: () => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) localStorage.removeItem(key)
    }
  },
}
