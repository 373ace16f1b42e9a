import type { BoardsQuery } from '../../graphql/generated/operations'

export type Board = BoardsQuery['boards'][number]

/** Results with a board, and mutations in this context, refetch the list of boards. Even if it is empty. */
export const BOARDS_CONTEXT = { additionalTypenames: ['Board'] }

/** The route of all boards. */
export const BOARDS_ROUTE = '/boards'

export const boardRoute = (id: string) => `${BOARDS_ROUTE}/${id}`

/** Parse `/boards` (`id` is null) or `/boards/ID`. Null: another route. */
export function parseBoardRoute(route: string): { id: string | null } | null {
  const match = /^\/boards(?:\/([^/]+))?$/.exec(route)
  return match && { id: match[1] ?? null }
}
