import type { Generation } from '../../graphql/store/generation'

type OnBoards = Pick<Generation, 'boards'>

/** Report how many of the generations are on a board. */
export function membershipOf(
  generations: readonly OnBoards[],
  board: string,
): 'all' | 'some' | 'none' {
  const count = generations.filter(({ boards }) => boards.includes(board)).length
  if (count === 0) return 'none'
  return count === generations.length ? 'all' : 'some'
}

/** Return the boards of a generation after it was added to a board, or removed from it. */
export function changeBoards({ boards }: OnBoards, board: string, value: boolean): string[] {
  const others = boards.filter((id) => id !== board)
  return value ? [...others, board] : others
}
