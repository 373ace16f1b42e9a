import { Kind, parse, validate, validateSchema } from 'graphql'
import { expect, test } from 'vitest'
import { bundledSchema } from './bundledSchema'
import { EXAMPLES, variablesOf } from './examples'

test('the bundled schema is valid and described', () => {
  const schema = bundledSchema()
  expect(validateSchema(schema)).toEqual([])
  expect(schema.getType('Generation')?.description).toBeTruthy()
})

test.each(EXAMPLES)('the example $name is valid', ({ query }) => {
  expect(validate(bundledSchema(), parse(query))).toEqual([])
})

test.each(EXAMPLES)('the example $name has a value for each required variable', (example) => {
  const variables = JSON.parse(variablesOf(example, 'newest') || '{}')
  const required = parse(example.query).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? (definition.variableDefinitions ?? []).filter(
          ({ type }) => type.kind === Kind.NON_NULL_TYPE,
        )
      : [],
  )
  for (const { variable } of required) expect(variables).toHaveProperty(variable.name.value)
  // The ID of a board is not that of a generation.
  const isBoardId = /^(rename|delete)Board$/.test(example.name)
  if ('id' in variables) expect(variables.id).toBe(isBoardId ? 'ID' : 'newest')
  if ('ids' in variables) expect(variables.ids).toEqual(['newest'])
})
