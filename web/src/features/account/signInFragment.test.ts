import { expect, test, vi } from 'vitest'
import { takeTokenFromAddress } from './signInFragment'

test('returns the token and removes it from the address', () => {
  const history = { replaceState: vi.fn() }
  const location = { hash: '#token=a.b.c', pathname: '/graphiql', search: '?x=1' }
  expect(takeTokenFromAddress(location, history)).toBe('a.b.c')
  expect(history.replaceState).toHaveBeenCalledWith(null, '', '/graphiql?x=1')
})

test('ignores a route', () => {
  const history = { replaceState: vi.fn() }
  const location = { hash: '#/history', pathname: '/', search: '' }
  expect(takeTokenFromAddress(location, history)).toBeNull()
  expect(history.replaceState).not.toHaveBeenCalled()
})
