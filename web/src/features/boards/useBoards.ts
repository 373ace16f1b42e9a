import { useQuery } from 'urql'
import { BoardsDocument } from '../../graphql/generated/operations'
import { BOARDS_CONTEXT, type Board } from './board'

/** Return the boards by name. They are fetched again when the component is mounted. */
export function useBoards(): {
  /** Null until they are known. */
  boards: readonly Board[] | null
  /** Whether they are as the server knows them, not from the cache. */
  isCurrent: boolean
  failed: boolean
  refetch(): void
} {
  const [{ data, error, fetching, stale }, execute] = useQuery({
    query: BoardsDocument,
    requestPolicy: 'cache-and-network',
    context: BOARDS_CONTEXT,
  })
  return {
    boards: data?.boards ?? null,
    isCurrent: !fetching && !stale,
    failed: error !== undefined,
    refetch: () => execute({ requestPolicy: 'network-only' }),
  }
}
