import type { Storage as GraphiqlStorage } from '@graphiql/toolkit'
import { browserStorage } from '../../storage/browserStorage'

/** Tabs and the query history contain prompts. Signing out clears keys with this prefix. */
const PREFIX = 'genai-studio.my.explorer.'

const explorerKeys = () => browserStorage.keys().filter((key) => key.startsWith(PREFIX))

export const explorerStorage: GraphiqlStorage = {
  get length() {
    return explorerKeys().length
  },
  getItem: (key) => browserStorage.getItem(PREFIX + key),
  setItem: (key, value) => browserStorage.setItem(PREFIX + key, value),
  removeItem: (key) => browserStorage.removeItem(PREFIX + key),
  clear: () => {
    for (const key of explorerKeys()) browserStorage.removeItem(key)
  },
}
