/** One example per file of graphql/operations. */
const files = import.meta.glob<string>('../../../../graphql/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
})

export interface Example {
  name: string
  query: string
}

export const EXAMPLES: readonly Example[] = Object.entries(files)
  .map(([path, query]) => ({ name: path.replace(/^.*\/|\.graphql$/g, ''), query }))
  .sort((a, b) => a.name.localeCompare(b.name))

/** Initial variables of the examples that need some, other than IDs. */
const VARIABLES: Record<string, Record<string, unknown>> = {
  generateImage: { input: { prompt: 'a red apple', seed: 7 } },
  draftImage: { input: { prompt: 'a red apple', seed: 7 } },
  createUpload: { input: { contentType: 'image/png', bytes: 1024, sha256: '0'.repeat(64) } },
  generations: { first: 5 },
  setFavorite: { value: true },
  createBoard: { name: 'Apples' },
  renameBoard: { id: 'ID', name: 'Red apples' },
  deleteBoard: { id: 'ID' },
  setBoard: { board: 'ID', value: true },
}

/** Examples that act on the trash. */
export const TRASH_EXAMPLES: readonly string[] = ['restoreGenerations', 'purgeGenerations']

/** Return the example's variables as JSON, with the ID of an existing generation if it needs one. */
export function variablesOf({ name, query }: Example, newestId: string | null = null): string {
  const id = newestId ?? 'ID'
  const variables = {
    ...(/\$id: ID!/.test(query) ? { id } : {}),
    ...(/\$ids: \[ID!\]!/.test(query) ? { ids: [id] } : {}),
    ...VARIABLES[name],
  }
  return Object.keys(variables).length === 0 ? '' : JSON.stringify(variables, null, 2)
}
