// Writes src/graphql/generated/operations.ts: a typed document per file of graphql/operations.
// It runs before dev, build, check and test, so its output is never stale and never committed.
// @graphql-codegen/core is called here because its CLI brings 250 packages more to do the same.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { codegen } from '@graphql-codegen/core'
import * as typedDocuments from '@graphql-codegen/typed-document-node'
import * as operationTypes from '@graphql-codegen/typescript-operations'
import { buildSchema, parse, validate } from 'graphql'

const web = join(dirname(fileURLToPath(import.meta.url)), '..')
const contract = join(web, '..', 'graphql')
const target = join(web, 'src', 'graphql', 'generated', 'operations.ts')

const sdl = ['appsync.prelude.graphql', 'schema.graphql']
  .map((name) => readFileSync(join(contract, name), 'utf8'))
  .join('\n')
const schema = buildSchema(sdl)

const documents = readdirSync(join(contract, 'operations'))
  .filter((name) => name.endsWith('.graphql'))
  .sort()
  .map((name) => {
    const document = parse(readFileSync(join(contract, 'operations', name), 'utf8'), {
      noLocation: true,
    })
    const errors = validate(schema, document)
    if (errors.length > 0) throw new Error(`graphql/operations/${name}: ${errors.join('\n')}`)
    return { location: name, document }
  })

const written = await codegen({
  schema: parse(sdl),
  schemaAst: schema,
  documents,
  filename: target,
  config: {
    scalars: { AWSDateTime: 'string', AWSJSON: 'string', ID: 'string' },
    enumType: 'string-literal',
    useTypeImports: true,
    skipTypename: true,
    defaultScalarType: 'unknown',
  },
  plugins: [{ types: {} }, { documents: {} }],
  pluginMap: { types: operationTypes, documents: typedDocuments },
})

mkdirSync(dirname(target), { recursive: true })
writeFileSync(target, `// Written by scripts/codegen.mjs; not committed.\n${written}`)
