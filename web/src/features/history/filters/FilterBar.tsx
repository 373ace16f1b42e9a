import { Heart, SlidersHorizontal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../../graphql/generated/operations'
import { useCatalogText } from '../../../i18n/catalog'
import { Button } from '../../../ui/Button'
import { controlClass, Field } from '../../../ui/Field'
import styles from './FilterBar.module.css'
import { type Filters, isFiltered, NO_FILTERS } from './filters'

const STATUSES = ['SUCCEEDED', 'FAILED', 'CANCELED', 'QUEUED', 'RUNNING'] as const

/** The title and the search, favorites and filter controls. */
export function FilterBar({
  title,
  filters,
  set,
  children,
}: {
  title: string
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
  return (
    <search className={styles.bar}>
      <div className={styles.line}>
        <h1>{title}</h1>
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
          <Field label={t('create.model')}>
            {(control) => (
              <select
                {...control}
                value={filters.model}
                onChange={(event) => change({ model: event.target.value })}
              >
                <option value="">{t('history.allModels')}</option>
                {data?.models.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {translate(name)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('history.status')}>
            {(control) => (
              <select
                {...control}
                value={filters.status}
                onChange={(event) => change({ status: event.target.value as Filters['status'] })}
              >
                <option value="">{t('history.anyStatus')}</option>
                {STATUSES.map((status) => (
                  <option key={status} value={status}>
                    {t(`history.${status}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('history.from')}>
            {(control) => (
              <input
                {...control}
                type="date"
                max={filters.to || undefined}
                value={filters.from}
                onChange={(event) => change({ from: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('history.to')}>
            {(control) => (
              <input
                {...control}
                type="date"
                min={filters.from || undefined}
                value={filters.to}
                onChange={(event) => change({ to: event.target.value })}
              />
            )}
          </Field>
          <Button disabled={!isFiltered(filters)} onClick={() => set(NO_FILTERS)}>
            {t('history.clearFilters')}
          </Button>
        </div>
      )}
    </search>
  )
}
