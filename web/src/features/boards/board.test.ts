import { expect, test } from 'vitest'
import { BOARDS_ROUTE, boardRoute, parseBoardRoute } from './board'

test('a route names all boards, one board, or neither', () => {
  expect(parseBoardRoute(BOARDS_ROUTE)).toEqual({ id: null })
  expect(parseBoardRoute(boardRoute('b1'))).toEqual({ id: 'b1' })
  for (const route of ['/', '/history', '/boards/', '/boards/b1/more', '/boardsx'])
    expect(parseBoardRoute(route), route).toBeNull()
})
