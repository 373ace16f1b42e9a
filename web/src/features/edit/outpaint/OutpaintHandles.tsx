import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import type { Size } from '../canvas/viewport'
import {
  isHorizontal,
  type Margins,
  marginStep,
  maxMargin,
  SIDES,
  type Side,
  withMargin,
} from './margins'
import styles from './OutpaintHandles.module.css'

/** The direction in which a margin grows, on its axis. */
const OUTWARD: Record<Side, 1 | -1> = { left: -1, top: -1, right: 1, bottom: 1 }
const KEYS: Record<string, readonly Side[]> = {
  ArrowLeft: ['left', 'right'],
  ArrowRight: ['left', 'right'],
  ArrowUp: ['top', 'bottom'],
  ArrowDown: ['top', 'bottom'],
}
const LARGE_STEPS = 8

/**
 * The frame of the extended image with a handle on each side. The stage positions it by the CSS variables
 * `--image-x`, `--image-y` and `--image-scale`.
 */
export function OutpaintHandles({
  model,
  source,
  margins,
  change,
  setDragging,
}: {
  model: Model
  source: Size
  margins: Margins
  change: (margins: Margins) => void
  setDragging: (isDragging: boolean) => void
}) {
  const { t } = useTranslation()
  const drag = useRef<{ side: Side; from: number; pixels: number; scale: number } | null>(null)
  const set = (side: Side, pixels: number) => {
    const changed = withMargin(model, source, margins, side, pixels)
    if (changed[side] !== margins[side]) change(changed)
  }

  const onPointerDown = (event: PointerEvent<HTMLElement>, side: Side) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const scale = Number(getComputedStyle(event.currentTarget).getPropertyValue('--image-scale'))
    const from = isHorizontal(side) ? event.clientX : event.clientY
    drag.current = { side, from, pixels: margins[side], scale: scale || 1 }
    setDragging(true)
  }
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current === null) return
    const { side, from, pixels, scale } = drag.current
    const moved = ((isHorizontal(side) ? event.clientX : event.clientY) - from) / scale
    set(side, pixels + moved * OUTWARD[side])
  }
  const onPointerEnd = () => {
    drag.current = null
    setDragging(false)
  }

  const onKeyDown = (event: KeyboardEvent, side: Side) => {
    const step = marginStep(model, side) * (event.shiftKey ? LARGE_STEPS : 1)
    const grows = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : -1
    if (event.key === 'Home') set(side, 0)
    else if (event.key === 'End') set(side, maxMargin(model, source, margins, side))
    else if (event.key === 'PageUp') set(side, margins[side] + step * LARGE_STEPS)
    else if (event.key === 'PageDown') set(side, margins[side] - step * LARGE_STEPS)
    else if (KEYS[event.key]?.includes(side))
      set(side, margins[side] + grows * OUTWARD[side] * step)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const frame = {
    '--left': margins.left,
    '--top': margins.top,
    '--width': source.width + margins.left + margins.right,
    '--height': source.height + margins.top + margins.bottom,
  } as CSSProperties
  return (
    <div className={styles.frame} style={frame}>
      {SIDES.map((side) => (
        <div
          key={side}
          role="slider"
          tabIndex={0}
          data-control
          className={styles.handle}
          data-side={side}
          aria-label={t(`edit.extend.${side}`)}
          aria-orientation={isHorizontal(side) ? 'horizontal' : 'vertical'}
          aria-valuemin={0}
          aria-valuemax={maxMargin(model, source, margins, side)}
          aria-valuenow={margins[side]}
          aria-valuetext={t('edit.pixels', { pixels: margins[side] })}
          onPointerDown={(event) => onPointerDown(event, side)}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerEnd}
          onPointerCancel={onPointerEnd}
          onKeyDown={(event) => onKeyDown(event, side)}
        >
          {margins[side] > 0 && <span className={styles.value}>{margins[side]}</span>}
        </div>
      ))}
    </div>
  )
}
