import { MoveHorizontal } from 'lucide-react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './ComparePage.module.css'

const STEP = 1
const LARGE_STEP = 10

/** The line between two images. It is dragged, or moved by the arrow keys. */
export function SplitHandle({
  split,
  set,
}: {
  /** Percentage of the stage that shows the left image. */
  split: number
  set: (split: number) => void
}) {
  const { t } = useTranslation()
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? LARGE_STEP : STEP
    const next = {
      ArrowLeft: split - step,
      ArrowDown: split - step,
      ArrowRight: split + step,
      ArrowUp: split + step,
      PageDown: split - LARGE_STEP,
      PageUp: split + LARGE_STEP,
      Home: 0,
      End: 100,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    set(Math.min(100, Math.max(0, next)))
  }
  const onPointerMove = (event: PointerEvent) => {
    const handle = event.currentTarget
    if (!handle.hasPointerCapture(event.pointerId)) return
    const stage = handle.parentElement?.getBoundingClientRect()
    if (!stage) return
    const share = (event.clientX - stage.left) / stage.width
    set(Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10)
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      className={styles.handle}
      style={{ left: `${split}%` }}
      aria-label={t('compare.split')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(split)}
      aria-valuetext={t('compare.splitValue', { percent: Math.round(split) })}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    >
      <span className={styles.grip}>
        <MoveHorizontal size={18} aria-hidden />
      </span>
    </div>
  )
}
