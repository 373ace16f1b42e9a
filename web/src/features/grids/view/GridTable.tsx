import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { GridCell, PromptGrid } from '../gridStore'
import styles from './GridTable.module.css'
import { GridTableCell } from './GridTableCell'

export type TableMode = 'alternatives' | 'seeds'

/**
 * The images of a grid: by alternative, with the last group as columns, or by seed, with a row for each
 * prompt and a column for each image of a request.
 */
export function GridTable({
  grid,
  base,
  mode,
}: {
  grid: PromptGrid
  base: string
  mode: TableMode
}) {
  const { t } = useTranslation()
  const { cells, rows, input } = grid
  const count = input.count ?? 1
  const bySeed = mode === 'seeds'
  const columns = bySeed
    ? Array.from({ length: count }, (_, index) =>
        input.seed == null
          ? t('grids.imageNumber', { number: index + 1 })
          : t('grids.seedColumn', { seed: input.seed + index }),
      )
    : grid.columns
  const headings = bySeed ? cells.map(({ prompt }) => prompt) : rows
  const hasRowHeadings = headings.some((heading) => heading !== '')
  const hasColumnHeadings = columns.some((heading) => heading !== '')
  const cellsOf = (row: number): { cell: GridCell; index: number | null }[] => {
    const [only] = cells.slice(row)
    if (bySeed) return columns.flatMap((_, index) => (only ? [{ cell: only, index }] : []))
    const start = row * columns.length
    return cells.slice(start, start + columns.length).map((cell) => ({ cell, index: null }))
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable.
    <section className={styles.scroll} tabIndex={0} aria-label={t('grids.table')}>
      <table
        className={styles.table}
        // Cells keep their size when the image arrives.
        style={{ '--cell-aspect': aspectOf(grid) } as CSSProperties}
      >
        {hasColumnHeadings && (
          <thead>
            <tr>
              {hasRowHeadings && <td />}
              {columns.map((heading) => (
                <th key={heading} scope="col">
                  {heading || t('grids.noAlternative')}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {headings.map((heading, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: headings may repeat, and rows never move.
            <tr key={row}>
              {hasRowHeadings && <th scope="row">{heading || t('grids.noAlternative')}</th>}
              {cellsOf(row).map(({ cell, index }) => (
                <td key={`${cell.prompt} ${index}`}>
                  <GridTableCell grid={grid} cell={cell} only={index} base={base} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function aspectOf({ input: { width, height } }: PromptGrid): number {
  return width != null && height != null ? width / height : 1
}
