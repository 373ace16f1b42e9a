import { Maximize, PanelRight, SlidersHorizontal } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../graphql/store/generation'
import { useLinkRefresh, useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { deferredPart } from '../../ui/deferredPart'
import { Notice } from '../../ui/Notice'
import { Canvas } from '../canvas/Canvas'
import { toggleFullScreen } from '../canvas/fullScreen'
import { useGenerationActions } from '../generations/useGenerationActions'
import { useKeys } from '../keys/useKeys'
import type { Panel } from '../layout/usePanel'
import styles from './CreateCanvas.module.css'
import type { ShownGeneration } from './useShown'

const Examples = deferredPart(() => import('./examples/Examples').then((part) => part.default))
const ImageToolbar = deferredPart(() => import('./tools').then((tools) => tools.ImageToolbar))

/** The canvas of the Create page, with its toolbar and keys. */
export function CreateCanvas({
  models,
  shown,
  controls,
  inspector,
}: {
  models: readonly Model[]
  shown: ShownGeneration
  controls: Panel
  inspector: Panel
}) {
  const { t } = useTranslation()
  const { position, generation, previous, next, show, leave, remove } = shown
  const { setFavorite } = useGenerationActions()
  const stage = useRef<HTMLDivElement>(null)
  const refreshLinks = useLinkRefresh(position?.id ?? null)
  const walk = (target: ShownGeneration['next']) => (target ? show(target) : false)
  useKeys({
    ArrowLeft: () => walk(previous),
    ArrowRight: () => walk(next),
    f: () => toggleFullScreen(stage.current),
    h: () => (generation ? setFavorite([generation.id], !generation.favorite) : false),
    i: () => inspector.setOpen(!inspector.isOpen),
    Delete: () => (generation?.trashedAt === null ? remove() : false),
    Enter: (event) => {
      const isPressed = (event.target as Element).closest('a, button, summary') !== null
      if (isPressed || !generation || generation.images.length < 2) return false
      return position?.index === null ? show({ id: generation.id, index: 0 }) : false
    },
    Escape: () => {
      if (position === null) return false
      const isOneOfMany = position.index !== null && (generation?.images.length ?? 0) > 1
      return isOneOfMany ? show({ id: position.id, index: null }) : leave()
    },
  })

  const image = generation?.images[position?.index ?? 0]
  return (
    <div className={styles.canvas}>
      <div ref={stage} className={styles.stage}>
        {position === null ? (
          <NoGeneration models={models} />
        ) : (
          <Canvas
            lookup={shown.lookup}
            index={position.index}
            leave={leave}
            refreshLinks={refreshLinks}
          />
        )}
      </div>
      <div className={styles.tools}>
        {!controls.isColumn && (
          <div className={`${styles.view} ${styles.start}`}>
            <Button
              size="small"
              icon
              aria-label={t('create.settings')}
              aria-expanded={controls.isOpen}
              onClick={() => controls.setOpen(!controls.isOpen)}
            >
              <SlidersHorizontal size={16} aria-hidden />
            </Button>
          </div>
        )}
        {generation && (
          <div className={styles.hover}>
            <ImageToolbar generation={generation} image={image} leave={leave} remove={remove} />
          </div>
        )}
        {generation && (
          <div className={styles.view}>
            {image && document.fullscreenEnabled && (
              <Button
                size="small"
                icon
                aria-label={t('image.fullScreen')}
                onClick={() => toggleFullScreen(stage.current)}
              >
                <Maximize size={16} aria-hidden />
              </Button>
            )}
            <Button
              size="small"
              icon
              aria-label={t('image.details')}
              aria-expanded={inspector.isOpen}
              onClick={() => inspector.setOpen(!inspector.isOpen)}
            >
              <PanelRight size={16} aria-hidden />
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

/** The canvas while there is nothing to show. */
function NoGeneration({ models }: { models: readonly Model[] }) {
  const { t } = useTranslation()
  const { recent } = useStudio()
  const { status } = useList(recent)
  if (status !== 'failed') {
    return <Examples models={models} />
  }
  return (
    <Notice alert title={t('history.failedTitle')}>
      <Button onClick={() => recent.refresh()}>{t('app.tryAgain')}</Button>
    </Notice>
  )
}
