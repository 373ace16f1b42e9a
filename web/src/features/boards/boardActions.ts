import {
  CreateBoardDocument,
  DeleteBoardDocument,
  GenerationsDocument,
  RenameBoardDocument,
  SetBoardDocument,
  type UserErrorCode,
} from '../../graphql/generated/operations'
import type { Studio } from '../../studio/openStudio'
import { showToast } from '../../ui/toast/toastQueue'
import { batchesOf, reportError, type Translate } from '../generations/mutations'
import { BOARDS_CONTEXT, type Board } from './board'
import { changeBoards } from './membership'

/** The board, or the text that says why it was not created or renamed. */
export type NamedBoard = { board: Board } | { error: string }

interface NamePayload {
  board: Board | null
  userErrors: readonly { code: UserErrorCode }[]
}

/** Maximum page size of the API. */
const PAGE_SIZE = 100

/** Create the actions on boards. They report errors as toasts, except those of names. */
export function createBoardActions(
  { client, store }: Pick<Studio, 'client' | 'store'>,
  t: Translate,
) {
  const named = (
    payload: NamePayload | undefined,
    error: { networkError?: Error | undefined } | undefined,
  ): NamedBoard => {
    if (payload?.board) return { board: payload.board }
    const code = payload?.userErrors[0]?.code
    if (code) return { error: t(`error.${code}`) }
    return { error: t(error?.networkError ? 'error.network' : 'error.server') }
  }

  const create = async (name: string): Promise<NamedBoard> => {
    const { data, error } = await client.mutation(CreateBoardDocument, { name }, BOARDS_CONTEXT)
    return named(data?.createBoard, error)
  }

  /** Add generations to a board, or remove them. Returns false if the server refused any. */
  const setBoard = async (ids: readonly string[], board: string, value: boolean) => {
    const clearOptimistic = store.applyOptimistic(ids, (generation) => ({
      boards: changeBoards(generation, board, value),
    }))
    let succeeded = true
    for (const batch of batchesOf(ids)) {
      const variables = { ids: batch, board, value }
      const { data, error } = await client.mutation(SetBoardDocument, variables)
      succeeded = reportError(data?.setBoard, error, t) && succeeded
    }
    clearOptimistic()
    return succeeded
  }

  /** Read the IDs of all generations on a board, also of those in the trash. */
  const membersOf = async (board: string): Promise<string[] | null> => {
    const ids: string[] = []
    for (const trashed of [false, true]) {
      let after: string | null = null
      do {
        const variables: object = { first: PAGE_SIZE, after, filter: { board, trashed } }
        const result = await client
          .query(GenerationsDocument, variables, { requestPolicy: 'network-only' })
          .toPromise()
        const page = result.data?.generations
        if (!page) return null
        ids.push(...page.edges.map(({ node }) => node.id))
        after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null
      } while (after !== null)
    }
    return ids
  }

  return {
    create,
    setBoard,
    rename: async (id: string, name: string): Promise<NamedBoard> => {
      const variables = { id, name }
      const { data, error } = await client.mutation(RenameBoardDocument, variables, BOARDS_CONTEXT)
      return named(data?.renameBoard, error)
    },
    /** Remove generations from a board and offer to undo this. */
    removeFrom: async ({ id, name }: Board, ids: readonly string[]) => {
      if (!(await setBoard(ids, id, false))) return
      const undo = { label: t('app.undo'), run: () => void setBoard(ids, id, true) }
      showToast(t('boards.removed', { count: ids.length, name }), undo)
    },
    /** Delete a board and offer to undo this. Its generations stay. Returns false if it failed. */
    remove: async ({ id, name }: Board): Promise<boolean> => {
      // Afterwards the API no longer finds them.
      const ids = await membersOf(id)
      if (ids === null) {
        showToast(t('error.network'))
        return false
      }
      const { data, error } = await client.mutation(DeleteBoardDocument, { id }, BOARDS_CONTEXT)
      if (!reportError(data?.deleteBoard, error, t)) return false
      const restore = async () => {
        const created = await create(name)
        if ('error' in created) showToast(created.error)
        else await setBoard(ids, created.board.id, true)
      }
      showToast(t('boards.deleted', { name }), { label: t('app.undo'), run: () => void restore() })
      return true
    },
  }
}
