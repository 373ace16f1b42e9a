/** Name of the database of personal files. Signing out deletes it. */
const FILES_DATABASE = 'genai-studio.my'

/** The stores of the database, with the number of entries that each keeps. */
const STORES = { images: 4, masks: 12 } as const
export type FileStore = keyof typeof STORES

interface Entry {
  value: unknown
  savedAt: number
}

/**
 * Files of the user in IndexedDB: images that were opened for editing, and masks. The entries saved
 * last are kept. Without IndexedDB, for example if the browser blocks it, nothing is kept.
 */
export class BrowserFiles {
  private database: Promise<IDBDatabase> | null = null

  /** Return a value, or undefined if it is not stored or the storage fails. */
  async get(store: FileStore, key: string): Promise<unknown> {
    try {
      const entry: Entry | undefined = await this.run(store, 'readonly', (objects) =>
        objects.get(key),
      )
      return entry?.value
    } catch {
      return undefined
    }
  }

  /** Store a value. Resolves to false if the browser does not store it. */
  async set(store: FileStore, key: string, value: unknown): Promise<boolean> {
    try {
      await this.run(store, 'readwrite', (objects) => {
        removeOldest(objects, STORES[store] - 1, key)
        const entry: Entry = { value, savedAt: Date.now() }
        return objects.put(entry, key)
      })
      return true
    } catch {
      return false
    }
  }

  async remove(store: FileStore, key: string): Promise<void> {
    await this.run(store, 'readwrite', (objects) => objects.delete(key)).catch(() => undefined)
  }

  private async run<Result>(
    store: FileStore,
    mode: IDBTransactionMode,
    use: (objects: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result> {
    this.database ??= open(() => {
      this.database = null
    })
    const opening = this.database
    const database = await opening.catch((error: unknown) => {
      this.database = null
      throw error
    })
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode)
      const request = use(transaction.objectStore(store))
      // A written value is stored when the transaction is complete, not when the request is.
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  }
}

/** Delete all files. Pages that have the database open close it. */
export function deleteBrowserFiles(): void {
  try {
    window.indexedDB.deleteDatabase(FILES_DATABASE)
  } catch {
    // Without IndexedDB, there are no files.
  }
}

/** Open the database. `closed` is called when another page deletes it. */
function open(closed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = window.indexedDB.open(FILES_DATABASE, 1)
    request.onupgradeneeded = () => {
      for (const store of Object.keys(STORES)) request.result.createObjectStore(store)
    }
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('The database is being deleted.'))
    request.onsuccess = () => {
      const { result } = request
      // Otherwise, this page would block the deletion.
      result.onversionchange = () => {
        result.close()
        closed()
      }
      resolve(result)
    }
  })
}

/** Remove the oldest entries other than `key`, so that `count` others remain. */
function removeOldest(objects: IDBObjectStore, count: number, key: string): void {
  const found: { key: IDBValidKey; savedAt: number }[] = []
  const cursor = objects.openCursor()
  cursor.onsuccess = () => {
    const { result } = cursor
    if (result) {
      if (result.key !== key) found.push({ key: result.key, savedAt: result.value.savedAt })
      result.continue()
      return
    }
    found.sort((a, b) => b.savedAt - a.savedAt)
    for (const old of found.slice(count)) objects.delete(old.key)
  }
}

export const browserFiles = new BrowserFiles()
