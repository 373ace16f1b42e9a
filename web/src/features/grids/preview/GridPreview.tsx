import { Suspense } from 'react'
import type { Model } from '../../../graphql/store/generation'
import { lazyPart } from '../../../ui/lazyPart'
import type { GridRequest } from './useGridRequest'

const GridPreviewPanel = lazyPart(() => import('./GridPreviewPanel'))

/** What the prompt expands to. Shown only if it has alternatives or lines; loaded on demand. */
export function GridPreview(props: {
  grid: GridRequest
  model: Model
  /** Images per prompt. */
  count: number
  /** The seed in the form. Null if it is random. */
  seed: number | null
}) {
  const { grid } = props
  if (!grid.isGrid && grid.lineCount < 2) return null
  return (
    <Suspense>
      <GridPreviewPanel {...props} />
    </Suspense>
  )
}
