import { readFileSync } from 'node:fs'
import { type DocumentNode, parse } from 'graphql'

export interface RootField {
  type: 'Query' | 'Mutation' | 'Subscription'
  field: string
}

const ROOTS = ['Query', 'Mutation', 'Subscription'] as const
const CONTRACT = new URL('../../graphql/schema.graphql', import.meta.url)

/** Remove the definitions of AppSync's built-in scalars, which AppSync rejects as duplicates. */
export function deployedSchema(exported: string): string {
  const removed = parse(exported).definitions.flatMap((node) =>
    node.kind === 'ScalarTypeDefinition' && node.name.value.startsWith('AWS') && node.loc
      ? [node.loc]
      : [],
  )
  return removed
    .reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), exported)
    .trimStart()
}

/** List every field of the root types, in SDL order. */
export function rootFields(sdl: string): RootField[] {
  return ROOTS.flatMap((type) => fieldsOf(parse(sdl), type).map((field) => ({ type, field })))
}

function fieldsOf(document: DocumentNode, type: string): string[] {
  return document.definitions.flatMap((node) =>
    node.kind === 'ObjectTypeDefinition' && node.name.value === type
      ? (node.fields ?? []).map((field) => field.name.value)
      : [],
  )
}

export function readContract(): string {
  return readFileSync(CONTRACT, 'utf-8')
}
