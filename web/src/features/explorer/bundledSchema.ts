import { buildSchema, type GraphQLSchema } from 'graphql'
import sdl from '../../../../graphql/schema.graphql?raw'

/**
 * Build the schema that the page was built with, including its descriptions. AppSync serves the same
 * schema without descriptions.
 */
export function bundledSchema(): GraphQLSchema {
  // AppSync's directives are not defined in the file.
  return buildSchema(sdl, { assumeValidSDL: true })
}
