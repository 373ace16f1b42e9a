import { expect, test, vi } from 'vitest'
import { fakeTokens } from '../testing/fakeTokens'
import { authorizedFetch } from './authorizedFetch'

/** Create a fetch that responds with these statuses in turn. */
function fakeFetch(...statuses: number[]) {
  const authorizations: (string | null)[] = []
  const send = vi.fn(async (_: RequestInfo | URL, init?: RequestInit) => {
    authorizations.push(new Headers(init?.headers).get('authorization'))
    return new Response('{}', { status: statuses.shift() ?? 200 })
  })
  return { send, authorizations }
}

test('sends the current token', async () => {
  const { send, authorizations } = fakeFetch()
  await authorizedFetch(fakeTokens('abc'), 'Bearer ', send)('/graphql')
  expect(authorizations).toEqual(['Bearer abc'])
})

test('sends the token without a scheme to AppSync', async () => {
  const { send, authorizations } = fakeFetch()
  await authorizedFetch(fakeTokens('abc'), '', send)('/graphql')
  expect(authorizations).toEqual(['abc'])
})

test('sends no header when signed out', async () => {
  const { send, authorizations } = fakeFetch()
  await authorizedFetch(fakeTokens(null), 'Bearer ', send)('/graphql')
  expect(authorizations).toEqual([null])
})

test('keeps an existing header, and does not report its refusal', async () => {
  const { send, authorizations } = fakeFetch(401)
  const tokens = fakeTokens('abc')
  const fetched = authorizedFetch(tokens, 'Bearer ', send)
  await fetched('/graphql', { headers: { authorization: 'Bearer other' } })
  expect(authorizations).toEqual(['Bearer other'])
  expect(tokens.refused).not.toHaveBeenCalled()
})

test('reports a refused token to its source', async () => {
  const { send } = fakeFetch(401)
  const tokens = fakeTokens('abc')
  const response = await authorizedFetch(tokens, 'Bearer ', send)('/graphql')
  expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('abc')
  expect(response.status).toBe(401)
  expect(send).toHaveBeenCalledOnce()
})

test('retries the same request once with a renewed token', async () => {
  const { send, authorizations } = fakeFetch(401, 401, 200)
  const tokens = fakeTokens('old', 'new')
  const fetched = authorizedFetch(tokens, 'Bearer ', send)
  const response = await fetched('/graphql', { method: 'POST', body: '{}' })
  expect(authorizations).toEqual(['Bearer old', 'Bearer new'])
  expect(send.mock.calls[1]?.[1]).toMatchObject({ method: 'POST', body: '{}' })
  expect(response.status).toBe(401)
})
