import type { TokenSource } from './tokenSource'

/** `fetch` that speaks for the signed-in person and notices when the host no longer believes it. */
export function authorizedFetch(
  tokens: TokenSource,
  send: typeof fetch = (input, init) => fetch(input, init),
): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    const token = await tokens.current()
    // A header that is there already was written by hand, in GraphiQL.
    if (token !== null && !headers.has('authorization')) {
      headers.set('authorization', `Bearer ${token}`)
    }
    const response = await send(input, { ...init, headers, credentials: 'omit' })
    if (response.status === 401 && headers.get('authorization') === `Bearer ${token}`) {
      tokens.refused()
    }
    return response
  }
}
