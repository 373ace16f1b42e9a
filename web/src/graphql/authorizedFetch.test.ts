import { expect, test, vi } from 'vitest'
import { authorizedFetch } from './authorizedFetch'
import type { TokenSource } from './tokenSource'

function source(token: string | null): TokenSource {
  return {
    current: async () => token,
    refused: vi.fn(),
    signOut: async () => {},
    state: () => 'signed-in',
    onState: () => () => {},
  }
}

function sender(status = 200) {
  return vi.fn(async (_: RequestInfo | URL, __?: RequestInit) => new Response('{}', { status }))
}

function sentHeader(send: ReturnType<typeof sender>): string | null {
  return new Headers(send.mock.calls[0]?.[1]?.headers).get('authorization')
}

test('speaks with the current token', async () => {
  const send = sender()
  await authorizedFetch(source('abc'), send)('/graphql')
  expect(sentHeader(send)).toBe('Bearer abc')
})

test('sends nothing in its place when nobody is signed in', async () => {
  const send = sender()
  await authorizedFetch(source(null), send)('/graphql')
  expect(sentHeader(send)).toBeNull()
})

test('a header written by hand goes before, and its refusal is not the page’s', async () => {
  const send = sender(401)
  const tokens = source('abc')
  await authorizedFetch(tokens, send)('/graphql', { headers: { authorization: 'Bearer other' } })
  expect(sentHeader(send)).toBe('Bearer other')
  expect(tokens.refused).not.toHaveBeenCalled()
})

test('tells the source of a refused token', async () => {
  const tokens = source('abc')
  await authorizedFetch(tokens, sender(401))('/graphql')
  expect(tokens.refused).toHaveBeenCalledOnce()
})
