import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { GenerationList } from '../../graphql/store/generationList'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import HistoryPage from '../history/HistoryPage'
import { BOARDS_ROUTE, parseBoardRoute } from './board'
import { BoardMenu } from './dialogs/BoardMenu'
import { BoardList } from './list/BoardList'
import { useBoards } from './useBoards'

/** All boards at `/boards`, or the images of one at `/boards/ID`. */
export default function BoardsPage({
  base,
  onListChange,
}: {
  base: string
  /** Called with the shown list, which the image viewer navigates. */
  onListChange: (list: GenerationList) => void
}) {
  const { t } = useTranslation()
  const { boards, isCurrent, failed, refetch } = useBoards()
  const [, navigate] = useLocation()
  const route = parseBoardRoute(base)
  const board = boards?.find(({ id }) => id === route?.id)
  if (boards !== null && route?.id === null) return <BoardList boards={boards} />
  if (board) {
    return (
      <HistoryPage
        key={board.id}
        trashed={false}
        board={board}
        onListChange={onListChange}
        actions={<BoardMenu board={board} onRemoved={() => navigate(BOARDS_ROUTE)} />}
      />
    )
  }
  if (failed) {
    return (
      <Notice alert title={t('boards.failedTitle')}>
        <Button onClick={refetch}>{t('app.tryAgain')}</Button>
      </Notice>
    )
  }
  if (!isCurrent) return <Notice text={t('app.loading')} />
  return (
    <Notice>
      <h1>{t('boards.notFoundTitle')}</h1>
      <p>{t('boards.notFoundText')}</p>
      <Link href={BOARDS_ROUTE}>{t('boards.all')}</Link>
    </Notice>
  )
}
