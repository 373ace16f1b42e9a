import { Dialog } from '@base-ui/react/dialog'
import { Plus } from 'lucide-react'
import { useEffect, useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Generation } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { Notice } from '../../../ui/Notice'
import dialog from '../../../ui/overlays/dialog.module.css'
import { membershipOf } from '../membership'
import { useBoardActions } from '../useBoardActions'
import { useBoards } from '../useBoards'
import { BoardNameForm } from './BoardNameForm'
import styles from './dialogs.module.css'

/** A dialog with a checkbox for each board, which adds generations to it or removes them. */
export default function AddToBoardDialog({
  ids,
  close,
}: {
  ids: readonly string[]
  close: () => void
}) {
  const { t } = useTranslation()
  const { boards, failed, refetch } = useBoards()
  const { create, setBoard } = useBoardActions()
  const generations = useGenerations(ids)
  const [naming, setNaming] = useState<'before' | 'now' | 'after'>('before')
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={`${dialog.dialog} ${styles.boards}`}>
          <Dialog.Title className={dialog.title}>
            {t('boards.addTitle', { count: ids.length })}
          </Dialog.Title>
          {boards === null && !failed && <Notice text={t('app.loading')} />}
          {boards === null && failed && (
            <Notice alert text={t('boards.failedTitle')}>
              <Button onClick={refetch}>{t('app.tryAgain')}</Button>
            </Notice>
          )}
          {boards?.length === 0 && naming !== 'now' && (
            <p className={styles.hint}>{t('boards.emptyText')}</p>
          )}
          {boards !== null && boards.length > 0 && (
            <ul className={styles.list}>
              {boards.map(({ id, name }) => {
                const membership = membershipOf(generations, id)
                return (
                  <li key={id}>
                    <label className={styles.board}>
                      <input
                        type="checkbox"
                        ref={(input) => {
                          if (input) input.indeterminate = membership === 'some'
                        }}
                        checked={membership === 'all'}
                        onChange={() => void setBoard(ids, id, membership !== 'all')}
                      />
                      <span>{name}</span>
                    </label>
                  </li>
                )
              })}
            </ul>
          )}
          {naming === 'now' ? (
            <BoardNameForm
              autoFocus
              action={t('boards.create')}
              submit={create}
              done={({ id }) => {
                setNaming('after')
                void setBoard(ids, id, true)
              }}
              cancel={() => setNaming('after')}
            />
          ) : (
            <div className={`${dialog.buttons} ${styles.footer}`}>
              <Button autoFocus={naming === 'after'} onClick={() => setNaming('now')}>
                <Plus size={16} aria-hidden />
                {t('boards.new')}
              </Button>
              <Dialog.Close render={<Button variant="primary" />}>{t('boards.done')}</Dialog.Close>
            </div>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Return the generations that the page knows, and follow their changes. */
function useGenerations(ids: readonly string[]): Generation[] {
  const { store } = useStudio()
  const [, update] = useReducer((count: number) => count + 1, 0)
  useEffect(() => store.observe(update, update), [store])
  return ids.flatMap((id) => store.get(id) ?? [])
}
