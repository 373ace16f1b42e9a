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

/** Initial variables of the examples that need some. */
const VARIABLES: Record<string, unknown> = {
  generateImage: { input: { prompt: 'a red apple', seed: 7 } },
  draftImage: { input: { prompt: 'a red apple', seed: 7 } },
  generations: { first: 5 },
}

export function variablesOf(name: string): string {
  const variables = VARIABLES[name]
  return variables === undefined ? '' : JSON.stringify(variables, null, 2)
}
