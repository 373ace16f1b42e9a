import { Ellipsis, PencilLine, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button'
import { ConfirmDialog } from '../../../ui/overlays/ConfirmDialog'
import { Menu } from '../../../ui/overlays/Menu'
import type { Board } from '../board'
import { useBoardActions } from '../useBoardActions'
import { BoardNameDialog } from './BoardNameDialog'

/** The menu that renames and deletes a board. */
export function BoardMenu({
  board,
  onRemoved,
}: {
  board: Board
  /** Called after the board was deleted. */
  onRemoved: () => void
}) {
  const { t } = useTranslation()
  const { rename, remove } = useBoardActions()
  const [opened, setOpened] = useState<'rename' | 'delete' | null>(null)
  const close = () => setOpened(null)
  return (
    <>
      <Menu
        trigger={
          <Button
            size="small"
            variant="plain"
            icon
            aria-label={t('boards.actions', { name: board.name })}
          >
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
        actions={[
          {
            id: 'rename',
            label: t('boards.rename'),
            icon: <PencilLine size={16} aria-hidden />,
            run: () => setOpened('rename'),
          },
          {
            id: 'delete',
            label: t('boards.delete'),
            icon: <Trash2 size={16} aria-hidden />,
            danger: true,
            separated: true,
            run: () => setOpened('delete'),
          },
        ]}
      />
      {opened === 'rename' && (
        <BoardNameDialog
          title={t('boards.renameTitle')}
          initialName={board.name}
          action={t('boards.rename')}
          submit={(name) => rename(board.id, name)}
          done={close}
          cancel={close}
        />
      )}
      <ConfirmDialog
        open={opened === 'delete'}
        onOpenChange={(open) => !open && close()}
        question={t('boards.deleteConfirm', { name: board.name })}
        action={t('boards.delete')}
        cancel={t('history.purgeCancel')}
        run={() => void remove(board).then((removed) => removed && onRemoved())}
      />
    </>
  )
}
