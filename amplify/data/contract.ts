import { readFileSync } from 'node:fs'
import { type DocumentNode, parse, print, visit } from 'graphql'

export interface RootField {
  type: 'Query' | 'Mutation' | 'Subscription'
  field: string
}

const ROOTS = ['Query', 'Mutation', 'Subscription'] as const
const CONTRACT = new URL('../../graphql/schema.graphql', import.meta.url)

/**
 * Convert the exported SDL for AppSync. AppSync rejects definitions of its built-in scalars as
 * duplicates. Reports differ on whether its parser accepts descriptions (aws-appsync-community#38),
 * so they are removed; GraphiQL reads them from the page's own copy of the schema.
 */
export function deployedSchema(exported: string): string {
  const deployed: DocumentNode = visit(parse(exported), {
    ScalarTypeDefinition: ({ name }) => (name.value.startsWith('AWS') ? null : undefined),
    // A description is the only string that is a direct child of a definition.
    StringValue: (_node, key) => (key === 'description' ? null : undefined),
  })
  return print(deployed)
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
