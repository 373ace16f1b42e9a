import { expect, test, vi } from 'vitest'
import { fakeTokens } from '../testing/fakeTokens'
import { authorizedFetch } from './authorizedFetch'

/** Answers with these statuses, one after the other. */
function sender(...statuses: number[]) {
  const authorizations: (string | null)[] = []
  const send = vi.fn(async (_: RequestInfo | URL, init?: RequestInit) => {
    authorizations.push(new Headers(init?.headers).get('authorization'))
    return new Response('{}', { status: statuses.shift() ?? 200 })
  })
  return { send, authorizations }
}

test('speaks with the current token', async () => {
  const { send, authorizations } = sender()
  await authorizedFetch(fakeTokens('abc'), 'Bearer ', send)('/graphql')
  expect(authorizations).toEqual(['Bearer abc'])
})

test('AppSync takes the token as it is', async () => {
  const { send, authorizations } = sender()
  await authorizedFetch(fakeTokens('abc'), '', send)('/graphql')
  expect(authorizations).toEqual(['abc'])
})

test('sends nothing in its place when nobody is signed in', async () => {
  const { send, authorizations } = sender()
  await authorizedFetch(fakeTokens(null), 'Bearer ', send)('/graphql')
  expect(authorizations).toEqual([null])
})

test('a header written by hand goes before, and its refusal is not the page’s', async () => {
  const { send, authorizations } = sender(401)
  const tokens = fakeTokens('abc')
  const fetched = authorizedFetch(tokens, 'Bearer ', send)
  await fetched('/graphql', { headers: { authorization: 'Bearer other' } })
  expect(authorizations).toEqual(['Bearer other'])
  expect(tokens.refused).not.toHaveBeenCalled()
})

test('tells the source of a refused token', async () => {
  const { send } = sender(401)
  const tokens = fakeTokens('abc')
  const response = await authorizedFetch(tokens, 'Bearer ', send)('/graphql')
  expect(tokens.refused).toHaveBeenCalledExactlyOnceWith('abc')
  expect(response.status).toBe(401)
  expect(send).toHaveBeenCalledOnce()
})

test('a renewed token is tried once, with the same request', async () => {
  const { send, authorizations } = sender(401, 401, 200)
  const tokens = fakeTokens('old', 'new')
  const fetched = authorizedFetch(tokens, 'Bearer ', send)
  const response = await fetched('/graphql', { method: 'POST', body: '{}' })
  expect(authorizations).toEqual(['Bearer old', 'Bearer new'])
  expect(send.mock.calls[1]?.[1]).toMatchObject({ method: 'POST', body: '{}' })
  expect(response.status).toBe(401)
})
