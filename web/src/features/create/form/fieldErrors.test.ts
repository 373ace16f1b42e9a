import { CombinedError } from '@urql/core'
import { GraphQLError } from 'graphql'
import type { TFunction } from 'i18next'
import { expect, test } from 'vitest'
import { toFieldErrors } from './fieldErrors'

/** Returns the key instead of a text. */
const t = ((key: string) => key) as unknown as TFunction

const DISK_FULL = 'The disk is full, so nothing can be stored. Free space on the disk.'

function failedWith(error: CombinedError | undefined) {
  return toFieldErrors({ kind: 'failed', error }, t)
}

function graphQLError(message: string, code: string): CombinedError {
  return new CombinedError({ graphQLErrors: [new GraphQLError(message, { extensions: { code } })] })
}

test('the reason of an unavailable studio is shown', () => {
  expect(failedWith(graphQLError(DISK_FULL, 'UNAVAILABLE'))).toEqual([
    { field: null, message: `error.server ${DISK_FULL}` },
  ])
})

test('an internal error shows the general message only', () => {
  expect(failedWith(graphQLError('Internal error (reference 7).', 'INTERNAL'))).toEqual([
    { field: null, message: 'error.server' },
  ])
})

test('a network error is named', () => {
  const error = new CombinedError({ networkError: new Error('refused') })
  expect(failedWith(error)).toEqual([{ field: null, message: 'error.network' }])
})
