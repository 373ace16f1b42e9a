/**
 * Read the token of a sign-in link (`/#token=…`) and remove it from the address bar, so that it does
 * not end up in bookmarks, shared links or the browser history.
 */
export function takeTokenFromAddress(
  location: Pick<Location, 'hash' | 'pathname' | 'search'> = window.location,
  history: Pick<History, 'replaceState'> = window.history,
): string | null {
  if (!location.hash.includes('token=')) return null
  const token = new URLSearchParams(location.hash.replace(/^#\/?/, '')).get('token')
  if (token === null) return null
  history.replaceState(null, '', location.pathname + location.search)
  return token
}
