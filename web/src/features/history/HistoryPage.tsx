import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationList } from '../../graphql/store/generationList'
import { useHistoryList, useList } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { FilterBar } from './filters/FilterBar'
import { type Filters, isFiltered, NO_FILTERS, toFilter } from './filters/filters'
import { HistoryGrid } from './grid/HistoryGrid'
import { SelectionBar } from './selection/SelectionBar'
import { useSelection } from './selection/useSelection'

/** How long the filters stand still before they are asked for. */
const TYPING = 250

export default function HistoryPage({
  trashed,
  onList,
}: {
  trashed: boolean
  /** Hears which list is shown, for the image view to walk along. */
  onList: (list: GenerationList) => void
}) {
  const { t } = useTranslation()
  const [filters, setFilters] = useState<Filters>(NO_FILTERS)
  const settled = useSettled(filters, TYPING)
  const list = useHistoryList(toFilter(settled, trashed))
  const { ids, status, hasNextPage } = useList(list)
  const selection = useSelection(ids)
  useEffect(() => onList(list), [list, onList])
  const empty = isFiltered(settled) ? 'Filtered' : trashed ? 'Trash' : ''
  return (
    <>
      <FilterBar
        title={t(trashed ? 'history.trashTitle' : 'history.title')}
        filters={filters}
        set={setFilters}
      />
      {ids.length > 0 && (
        <HistoryGrid ids={ids} list={list} trashed={trashed} selection={selection} />
      )}
      {ids.length === 0 && status === 'loading' && <Notice text={t('app.loading')} />}
      {ids.length === 0 && status === 'ready' && (
        <Notice title={t(`history.empty${empty}Title`)} text={t(`history.empty${empty}Text`)}>
          {hasNextPage && (
            <Button onClick={() => list.loadMore()}>{t('history.lookFurther')}</Button>
          )}
        </Notice>
      )}
      {status === 'failed' && (
        <Notice alert title={t('history.failedTitle')}>
          <Button onClick={() => list.refresh()}>{t('app.tryAgain')}</Button>
        </Notice>
      )}
      <SelectionBar selection={selection} trashed={trashed} />
    </>
  )
}

/** A value once it has stood still. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
