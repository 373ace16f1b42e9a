import { parse, validate, validateSchema } from 'graphql'
import { expect, test } from 'vitest'
import { bundledSchema } from './bundledSchema'
import { EXAMPLES } from './examples'

test('the bundled schema is valid and described', () => {
  const schema = bundledSchema()
  expect(validateSchema(schema)).toEqual([])
  expect(schema.getType('Generation')?.description).toBeTruthy()
})

test.each(EXAMPLES)('the example $name is valid', ({ query }) => {
  expect(validate(bundledSchema(), parse(query))).toEqual([])
})
