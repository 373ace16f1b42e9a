import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Button } from '../../../ui/Button'
import { Notice } from '../../../ui/Notice'
import { type Board, boardRoute } from '../board'
import { BoardNameDialog } from '../dialogs/BoardNameDialog'
import { LibraryTabs } from '../LibraryTabs'
import { useBoardActions } from '../useBoardActions'
import styles from './BoardList.module.css'
import { BoardTile } from './BoardTile'

/** All boards as tiles. */
export function BoardList({ boards }: { boards: readonly Board[] }) {
  const { t } = useTranslation()
  const { create } = useBoardActions()
  const [, navigate] = useLocation()
  const [isNaming, setIsNaming] = useState(false)
  const newButton = useRef<HTMLButtonElement>(null)
  const close = () => setIsNaming(false)
  return (
    <>
      <LibraryTabs current="boards" />
      <div className={styles.header}>
        <h1>{t('app.boards')}</h1>
        <Button ref={newButton} variant="primary" onClick={() => setIsNaming(true)}>
          <Plus size={16} aria-hidden />
          {t('boards.new')}
        </Button>
      </div>
      {boards.length === 0 && (
        <Notice title={t('boards.emptyTitle')} text={t('boards.emptyText')} />
      )}
      <ul className={styles.tiles} aria-label={t('app.boards')}>
        {boards.map((board) => (
          <BoardTile key={board.id} board={board} onRemoved={() => newButton.current?.focus()} />
        ))}
      </ul>
      {isNaming && (
        <BoardNameDialog
          title={t('boards.new')}
          action={t('boards.create')}
          submit={create}
          done={({ id }) => {
            close()
            navigate(boardRoute(id))
          }}
          cancel={close}
        />
      )}
    </>
  )
}
