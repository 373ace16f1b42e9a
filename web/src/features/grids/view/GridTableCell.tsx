import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { UserErrorCode } from '../../../graphql/generated/operations'
import type { Generation } from '../../../graphql/store/generation'
import {
  useGeneration,
  useLinkRefresh,
  useProgress,
  useStudio,
} from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { ImageWithPlaceholder } from '../../../ui/image/ImageWithPlaceholder'
import { useGenerationLookup } from '../../generations/useGenerationLookup'
import type { GridCell, PromptGrid } from '../gridStore'
import styles from './GridTable.module.css'

/** The images of one prompt of a grid, or its state and what can be done about it. */
export function GridTableCell({
  grid,
  cell,
  only,
  base,
}: {
  grid: PromptGrid
  cell: GridCell
  /** Show this image only. Null for all images of the request. */
  only: number | null
  base: string
}) {
  const { t } = useTranslation()
  const { grids } = useStudio()
  const { clientRequestId, generationId, error } = cell
  const repeat = () => grids.repeat(grid.id, clientRequestId)
  if (error !== null) {
    const text = error === 'FAILED' ? t('error.server') : t(`error.${error as UserErrorCode}`)
    return <CellNotice text={text} action={t('queue.retry')} run={repeat} prompt={cell.prompt} />
  }
  if (generationId === null) {
    return (
      <CellNotice
        text={t('grids.unsent')}
        action={t('grids.sendNow')}
        run={() => grids.sendAgain(grid.id, clientRequestId)}
        prompt={cell.prompt}
      />
    )
  }
  return (
    <SentCell
      key={generationId}
      id={generationId}
      {...{ only, base, repeat }}
      prompt={cell.prompt}
    />
  )
}

function SentCell({
  id,
  only,
  base,
  repeat,
  prompt,
}: {
  id: string
  only: number | null
  base: string
  repeat: () => void
  prompt: string
}) {
  const { t } = useTranslation()
  const { generation, missing, refetch } = useGenerationLookup(id)
  const refreshLinks = useLinkRefresh(id)
  if (!generation) {
    if (missing === 'loading') return <p className={styles.notice}>{t('app.loading')}</p>
    const isGone = missing === 'notFound'
    return (
      <CellNotice
        text={t(isGone ? 'image.parentMissing' : 'error.network')}
        action={t(isGone ? 'grids.createAgain' : 'app.tryAgain')}
        run={isGone ? repeat : refetch}
        prompt={prompt}
      />
    )
  }
  const { status, failure, images } = generation
  if (status === 'FAILED' || status === 'CANCELED') {
    const text = failure ? t(`failure.${failure.code}`) : t('queue.canceled')
    return <CellNotice text={text} action={t('queue.retry')} run={repeat} prompt={prompt} />
  }
  if (status !== 'SUCCEEDED') return <CellProgress generation={generation} />
  return (
    <div className={styles.images} data-count={only === null ? images.length : 1}>
      {images.map((image, index) =>
        only === null || only === index ? (
          <Link
            key={image.id}
            className={styles.open}
            href={`${base}/image/${id}/${index}`}
            aria-label={t('grids.openImage', { prompt, seed: image.seed })}
          >
            <ImageWithPlaceholder
              src={image.url}
              thumbnail={image.thumbnailUrl}
              alt=""
              width={image.width}
              height={image.height}
              thumbhash={image.placeholder}
              lazy
              onLoadError={refreshLinks}
            />
          </Link>
        ) : null,
      )}
    </div>
  )
}

function CellProgress({ generation: listed }: { generation: Generation }) {
  const { t } = useTranslation()
  const { id, prompt, status } = useGeneration(listed.id) ?? listed
  const progress = useProgress(id)
  return (
    <div className={styles.notice}>
      {progress?.previewUrl && (
        <img src={progress.previewUrl} alt={t('queue.previewAlt', { prompt })} />
      )}
      <p>{status === 'RUNNING' ? t('queue.running') : t('queue.queued')}</p>
      {status === 'RUNNING' && (
        <progress
          aria-label={t('queue.progressOf', { prompt })}
          {...(progress ? { value: progress.step, max: progress.steps } : {})}
        />
      )}
    </div>
  )
}

function CellNotice({
  text,
  action,
  run,
  prompt,
}: {
  text: string
  action: string
  run: () => void
  prompt: string
}) {
  return (
    <div className={styles.notice}>
      <p>{text}</p>
      <Button size="small" aria-label={`${action}: ${prompt}`} onClick={run}>
        {action}
      </Button>
    </div>
  )
}
