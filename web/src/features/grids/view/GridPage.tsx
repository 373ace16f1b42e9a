import { useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { formatLocale } from '../../../i18n/formatLocale'
import { useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { Notice } from '../../../ui/Notice'
import { Segmented } from '../../../ui/Segmented'
import type { PromptGrid } from '../gridStore'
import { GridList } from './GridList'
import styles from './GridPage.module.css'
import { GridTable, type TableMode } from './GridTable'
import { countStates } from './gridProgress'
import { useCellStates } from './useCellStates'

/** One grid of prompts at `/grids/ID`, or the list of all at `/grids`. */
export default function GridPage({ base }: { base: string }) {
  const { t } = useTranslation()
  const { grids } = useStudio()
  const all = useSyncExternalStore(grids.subscribe, grids.all)
  const [, id] = /^\/grids\/([^/]+)$/.exec(base) ?? []
  if (id === undefined) return <GridList grids={all} />
  const grid = all.find((candidate) => candidate.id === id)
  if (grid) return <OneGrid key={id} grid={grid} base={base} />
  return (
    <Notice title={t('grids.notFoundTitle')} text={t('grids.notFoundText')}>
      <Link href="/grids">{t('grids.all')}</Link>
    </Notice>
  )
}

function OneGrid({ grid, base }: { grid: PromptGrid; base: string }) {
  const { t, i18n } = useTranslation()
  const { grids, form } = useStudio()
  const [, navigate] = useLocation()
  const [mode, setMode] = useState<TableMode>('alternatives')
  const states = useCellStates(grid)
  const counts = countStates(states)
  const { seed } = grid.input
  const count = grid.input.count ?? 1
  const repeatable = grid.cells.filter((_, index) =>
    ['rejected', 'failed'].includes(states[index] ?? ''),
  )
  const facts = [
    t('grids.promptCount', { count: grid.cells.length }),
    seed == null ? t('grids.randomSeeds') : t('grids.oneSeed', { seed }),
    new Date(grid.createdAt).toLocaleString(formatLocale(i18n.language)),
  ]
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{t('grids.title')}</h1>
        <p className={styles.prompt}>{grid.prompt}</p>
        <p className={styles.facts}>{facts.join(' · ')}</p>
        <p className={styles.facts} role="status">
          {t('grids.progress', { done: counts.done, count: grid.cells.length })}
          {counts.failed + counts.rejected > 0 &&
            ` · ${t('grids.failedCount', { count: counts.failed + counts.rejected })}`}
          {counts.unsent > 0 && ` · ${t('grids.unsentCount', { count: counts.unsent })}`}
        </p>
        <div className={styles.actions}>
          {count > 1 && (
            <Segmented
              label={t('grids.mode')}
              options={[
                { value: 'alternatives', label: t('grids.byAlternative') },
                { value: 'seeds', label: t('grids.bySeed') },
              ]}
              value={mode}
              set={setMode}
            />
          )}
          {repeatable.length > 0 && (
            <Button
              size="small"
              onClick={() => {
                for (const cell of repeatable) grids.repeat(grid.id, cell.clientRequestId)
              }}
            >
              {t('grids.retryFailed', { count: repeatable.length })}
            </Button>
          )}
          <Button
            size="small"
            onClick={() => {
              form.set({ ...form.get(), prompt: grid.prompt })
              navigate('/')
            }}
          >
            {t('grids.usePrompt')}
          </Button>
          <Link href="/grids">{t('grids.all')}</Link>
        </div>
      </header>
      <GridTable grid={grid} base={base} mode={mode} />
    </div>
  )
}
