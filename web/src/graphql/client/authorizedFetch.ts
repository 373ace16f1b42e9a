import type { TokenSource } from './tokenSource'

/** Create a `fetch` that sends the user's token, and retries once with a renewed token after a 401. */
export function authorizedFetch(
  tokens: TokenSource,
  scheme = 'Bearer ',
  send: typeof fetch = (input, init) => fetch(input, init),
): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers)
    const sendAs = (token: string | null) => {
      if (token !== null) headers.set('authorization', scheme + token)
      return send(input, { ...init, headers, credentials: 'omit' })
    }
    // Keep a header that the user entered in GraphiQL.
    if (headers.has('authorization')) return sendAs(null)
    const token = await tokens.current()
    const response = await sendAs(token)
    if (response.status !== 401 || token === null || !(await tokens.refused(token))) return response
    return sendAs(await tokens.current())
  }
}
