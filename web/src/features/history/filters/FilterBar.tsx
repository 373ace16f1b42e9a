import { Heart, SlidersHorizontal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../../graphql/generated/operations'
import { useCatalogText } from '../../../i18n/catalog'
import { Button } from '../../../ui/Button'
import { type Option, Select } from '../../../ui/controls/Select'
import { DateRangeField } from '../../../ui/dates/DateRangeField'
import { controlClass } from '../../../ui/Field'
import styles from './FilterBar.module.css'
import { type Filters, isFiltered, NO_FILTERS } from './filters'

const STATUSES = ['SUCCEEDED', 'FAILED', 'CANCELED', 'QUEUED', 'RUNNING'] as const

/** The title and the search, favorites and filter controls. */
export function FilterBar({
  title,
  actions,
  filters,
  set,
  children,
}: {
  title: string
  /** Actions on what the title names. */
  actions?: ReactNode
  filters: Filters
  set: (filters: Filters) => void
  /** Further controls of the list. */
  children: ReactNode
}) {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const [open, setOpen] = useState(false)
  const [{ data }] = useQuery({ query: ModelsDocument })
  const change = (changed: Partial<Filters>) => set({ ...filters, ...changed })
  const statuses: Option<Filters['status']>[] = [
    { value: '', label: t('history.anyStatus') },
    ...STATUSES.map((status) => ({ value: status, label: t(`history.${status}`) })),
  ]
  return (
    <search className={styles.bar}>
      <div className={styles.line}>
        <div className={styles.title}>
          <h1>{title}</h1>
          {actions}
        </div>
        <input
          type="search"
          className={`${controlClass} ${styles.search}`}
          placeholder={t('history.search')}
          aria-label={t('history.search')}
          value={filters.text}
          onChange={(event) => change({ text: event.target.value })}
        />
        <Button
          aria-pressed={filters.favorite}
          onClick={() => change({ favorite: !filters.favorite })}
        >
          <Heart size={16} aria-hidden />
          {t('history.favorites')}
        </Button>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          <SlidersHorizontal size={16} aria-hidden />
          {t('history.filters')}
        </Button>
        {children}
      </div>
      {open && (
        <div className={styles.filters}>
          <Select
            label={t('create.model')}
            options={[
              { value: '', label: t('history.allModels') },
              ...(data?.models ?? []).map(({ id, name }) => ({
                value: id,
                label: translate(name),
              })),
            ]}
            value={filters.model}
            set={(model) => change({ model })}
          />
          <Select
            label={t('history.status')}
            options={statuses}
            value={filters.status}
            set={(status) => change({ status })}
          />
          <DateRangeField
            label={t('history.created')}
            range={filters}
            set={({ from, to }) => change({ from, to })}
          />
          <Button disabled={!isFiltered(filters)} onClick={() => set(NO_FILTERS)}>
            {t('history.clearFilters')}
          </Button>
        </div>
      )}
    </search>
  )
}
