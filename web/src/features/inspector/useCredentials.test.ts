import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { startI18n } from '../../i18n/i18n'
import { describeCredentials } from './useCredentials'

beforeAll(startI18n)

const none = { id: '1/0', signer: null, organization: null, software: null, problems: [] }

function described(
  fields: Partial<Parameters<typeof describeCredentials>[0]>,
  language = 'en',
): string | null {
  const t = i18next.getFixedT(language)
  return describeCredentials({ ...none, status: 'TRUSTED', ingredients: [], ...fields }, t)
}

test('names the status and the signer', () => {
  expect(described({ signer: 'A signer', organization: 'A studio' })).toBe(
    'Verified: unchanged since this studio signed it. Signed by A signer (A studio).',
  )
  expect(described({ status: 'INVALID', signer: 'A signer' })).toBe(
    'Invalid: changed after it was signed, or wrongly signed. Signed by A signer.',
  )
  expect(described({ status: 'ABSENT' })).toBe('Not signed.')
})

test('lists what the image was made from', () => {
  const ingredients = [
    { title: 'cat.png', relationship: 'parentOf', status: 'VALID' as const, signer: 'Bob' },
    { title: 'dog.png', relationship: 'parentOf', status: 'ABSENT' as const, signer: null },
  ]
  expect(described({ ingredients })).toBe(
    'Verified: unchanged since this studio signed it. ' +
      'Made from cat.png (signed by Bob, not trusted). Made from dog.png (not signed).',
  )
})

test('says nothing if the studio cannot validate', () => {
  expect(described({ status: null })).toBeNull()
})
