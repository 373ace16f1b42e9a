import { readFileSync } from 'node:fs'
import { type DocumentNode, parse } from 'graphql'

export interface RootField {
  type: 'Query' | 'Mutation' | 'Subscription'
  field: string
}

const ROOTS = ['Query', 'Mutation', 'Subscription'] as const
const CONTRACT = new URL('../../graphql/schema.graphql', import.meta.url)

/** The SDL as AppSync takes it: its own scalars, which it knows, may not be defined again. */
export function deployedSchema(exported: string): string {
  const cuts = parse(exported).definitions.flatMap((node) =>
    node.kind === 'ScalarTypeDefinition' && node.name.value.startsWith('AWS') && node.loc
      ? [node.loc]
      : [],
  )
  return cuts
    .reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), exported)
    .trimStart()
}

/** Every field of the root types, in the order of the SDL. */
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
