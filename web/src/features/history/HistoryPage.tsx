import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { GenerationList } from '../../graphql/store/generationList'
import { useHistoryList, useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { type Board, boardRoute } from '../boards/board'
import { useAddToBoard } from '../boards/dialogs/useAddToBoard'
import { LibraryTabs } from '../boards/LibraryTabs'
import { useGenerationActions } from '../generations/useGenerationActions'
import { FilterBar } from './filters/FilterBar'
import { type Filters, isFiltered, NO_FILTERS, toFilter } from './filters/filters'
import { HistoryGrid } from './grid/HistoryGrid'
import { RowHeightControl, useRowHeight } from './grid/RowHeightControl'
import { useHeldIds } from './grid/useHeldIds'
import styles from './HistoryPage.module.css'
import { SelectionBar } from './selection/SelectionBar'
import { useSelection, useSelectionKeys } from './selection/useSelection'
import type { LibraryView } from './view'

/** Deleting permanently needs a confirmation, so no key does it. */
const NOTHING = () => {}

/** Delay in milliseconds between the last filter change and the query. */
const FILTER_DELAY_MS = 250

/** The history, the trash, or the images of a board. */
export default function HistoryPage({
  trashed,
  board = null,
  actions,
  onListChange,
}: {
  trashed: boolean
  board?: Board | null
  /** Actions on the board. */
  actions?: ReactNode
  /** Called with the shown list, which the image viewer navigates. */
  onListChange: (list: GenerationList) => void
}) {
  const { t } = useTranslation()
  const { grids } = useStudio()
  const [filters, setFilters] = useState<Filters>(NO_FILTERS)
  const debounced = useDebounced(filters, FILTER_DELAY_MS)
  const { addToBoard, dialog } = useAddToBoard()
  const title = board?.name ?? t(trashed ? 'history.trashTitle' : 'history.title')
  const view: LibraryView = useMemo(() => {
    const base = board ? boardRoute(board.id) : trashed ? '/trash' : '/history'
    return { base, title, trashed, board, addToBoard }
  }, [title, trashed, board, addToBoard])
  const list = useHistoryList(toFilter(debounced, view))
  const { ids, status, hasNextPage } = useList(list)
  const { ids: shownIds, newCount, showNew } = useHeldIds(ids)
  const selection = useSelection(shownIds)
  const { remove } = useGenerationActions()
  useSelectionKeys(selection, trashed ? NOTHING : remove)
  const [rowHeight, setRowHeight] = useRowHeight()
  useEffect(() => onListChange(list), [list, onListChange])
  const emptyReason = isFiltered(debounced) ? 'Filtered' : board ? 'Board' : trashed ? 'Trash' : ''
  return (
    <>
      {!trashed && <LibraryTabs current={board ? 'boards' : 'library'} />}
      <FilterBar title={title} actions={actions} filters={filters} set={setFilters}>
        <span role="status" className={styles.count}>
          {status === 'ready' &&
            t(hasNextPage ? 'history.countMore' : 'history.count', { count: ids.length })}
        </span>
        {!trashed && !board && grids.all().length > 0 && (
          <Link href="/grids">{t('history.grids')}</Link>
        )}
        <RowHeightControl rowHeight={rowHeight} set={setRowHeight} />
      </FilterBar>
      {newCount > 0 && (
        <Button className={styles.newer} variant="primary" size="small" onClick={showNew}>
          {t('history.newer', { count: newCount })}
        </Button>
      )}
      {shownIds.length > 0 && (
        <HistoryGrid
          ids={shownIds}
          list={list}
          view={view}
          selection={selection}
          rowHeight={rowHeight}
        />
      )}
      {ids.length === 0 && status === 'loading' && <Notice text={t('app.loading')} />}
      {ids.length === 0 && status === 'ready' && (
        <Notice
          title={t(`history.empty${emptyReason}Title`)}
          text={t(`history.empty${emptyReason}Text`)}
        >
          {hasNextPage && <Button onClick={() => list.loadMore()}>{t('history.loadOlder')}</Button>}
          {emptyReason === 'Board' && <Link href="/history">{t('history.title')}</Link>}
        </Notice>
      )}
      {status === 'failed' && (
        <Notice alert title={t('history.failedTitle')}>
          <Button onClick={() => list.refresh()}>{t('app.tryAgain')}</Button>
        </Notice>
      )}
      <SelectionBar selection={selection} view={view} />
      {dialog}
    </>
  )
}

/** Return the value after it has not changed for `milliseconds`. */
function useDebounced<T>(value: T, milliseconds: number): T {
  const [debounced, setDebounced] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return debounced
}
