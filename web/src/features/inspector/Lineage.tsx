import { useTranslation } from 'react-i18next'
import type { Generation } from '../../graphql/store/generation'
import { useGeneration, useHistoryList, useLinkRefresh, useList } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import type { ImagePosition } from '../canvas/neighbor'
import { useGenerationLookup } from '../generations/useGenerationLookup'
import styles from './Inspector.module.css'

type Show = (position: ImagePosition) => void

/** The parent and the derived images of a generation. */
export function Lineage({ generation, show }: { generation: Generation; show: Show }) {
  const { t } = useTranslation()
  const { id, parentId } = generation
  const list = useHistoryList({ parentId: id })
  const { ids, hasNextPage } = useList(list)
  return (
    <>
      {parentId != null && (
        <div className={styles.lineage}>
          <p>{t('image.parent')}</p>
          <Parent key={parentId} id={parentId} show={show} />
        </div>
      )}
      {(ids.length > 0 || hasNextPage) && (
        <div className={styles.lineage}>
          {ids.length > 0 && <p>{t('image.children')}</p>}
          <ul className={styles.relatives}>
            {ids.map((child) => (
              <li key={child}>
                <Relative id={child} show={show} />
              </li>
            ))}
          </ul>
          {hasNextPage && (
            <Button size="small" onClick={() => list.loadMore()}>
              {t('history.loadOlder')}
            </Button>
          )}
        </div>
      )}
    </>
  )
}

const MISSING = {
  loading: 'app.loading',
  notFound: 'image.parentMissing',
  failed: 'error.network',
} as const

function Parent({ id, show }: { id: string; show: Show }) {
  const { t } = useTranslation()
  const { generation, missing } = useGenerationLookup(id)
  if (!generation) return t(MISSING[missing])
  return (
    <div className={styles.relatives}>
      <Relative id={id} show={show} />
    </div>
  )
}

function Relative({ id, show }: { id: string; show: Show }) {
  const { t } = useTranslation()
  const generation = useGeneration(id)
  useLinkRefresh(id)
  if (!generation) return null
  const { prompt, images } = generation
  return (
    <button
      type="button"
      aria-label={t('history.open', { prompt })}
      onClick={() => show({ id, index: 0 })}
    >
      {images[0] && <img src={images[0].thumbnailUrl} alt="" width="64" height="64" />}
    </button>
  )
}
