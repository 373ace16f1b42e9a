import { Grid3x3 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { Switch } from '../../../ui/controls/Switch'
import { CostAndQuota } from '../../create/form/promptBar/CostAndQuota'
import styles from './GridPreviewPanel.module.css'
import type { GridRefusal } from './gridLimits'
import type { GridRequest } from './useGridRequest'

/** The prompts of a grid before it is sent: their number, images, cost, and why it is refused. */
export default function GridPreviewPanel({
  grid,
  model,
  count,
  seed,
}: {
  grid: GridRequest
  model: Model
  count: number
  seed: number | null
}) {
  const { t } = useTranslation()
  const { plan, isGrid, lineCount, refusals } = grid
  const images = plan.count * count
  return (
    <section className={styles.panel} aria-label={t('grids.preview')}>
      {isGrid && (
        <p className={styles.summary} role="status">
          <Grid3x3 size={16} aria-hidden />
          {t('grids.promptCount', { count: plan.count })} ·{' '}
          {t('grids.imageCount', { count: images })}
        </p>
      )}
      {refusals.map((refusal) => (
        <p key={refusal.reason} role="alert" className={styles.refusal}>
          {refusalText(refusal, t)}
        </p>
      ))}
      {isGrid && <CostAndQuota model={model} count={images} acceptedCount={0} />}
      {lineCount > 1 && (
        <Switch
          label={t('grids.byLine', { count: lineCount })}
          checked={grid.byLine}
          set={grid.setByLine}
        />
      )}
      {isGrid && seed === null && (
        <Switch label={t('grids.sameSeed')} checked={grid.sameSeed} set={grid.setSameSeed} />
      )}
      {isGrid && plan.prompts.length > 0 && (
        <details className={styles.prompts}>
          <summary>{t('grids.showPrompts')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable. */}
          <ol tabIndex={0} aria-label={t('grids.prompts')}>
            {plan.prompts.map((prompt, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two cells may have the same prompt.
              <li key={index}>{prompt}</li>
            ))}
          </ol>
        </details>
      )}
      {isGrid && <p className={styles.hint}>{t('grids.syntax')}</p>}
    </section>
  )
}

function refusalText(refusal: GridRefusal, t: ReturnType<typeof useTranslation>['t']): string {
  switch (refusal.reason) {
    case 'tooMany':
      return t('grids.tooMany', { limit: refusal.limit })
    case 'tooLong':
      return t('grids.tooLong', { limit: refusal.limit })
    case 'unfinished':
      return t('grids.unfinished', { limit: refusal.limit, unfinished: refusal.unfinished })
    case 'quota':
      return t('grids.quota', { left: refusal.left })
  }
}
