import { type PointerEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useKeys } from '../../keys/useKeys'
import { actualScale, FIT, limitPan, type Point, type Size, type View, zoomTo } from './view'
import styles from './ZoomStage.module.css'

/** Change of the scale per pixel of wheel movement. */
const WHEEL_RATE = 0.0015
const KEY_FACTOR = 1.5

/**
 * A stage whose content is zoomed by wheel, pinch or the keys + − 0, and moved by dragging. A double
 * click switches between fit and actual size.
 */
export function ZoomStage({
  image,
  children,
}: {
  image: Size
  /** What is zoomed, or a function that applies the CSS transform to several layers. */
  children: ReactNode | ((transform: string) => ReactNode)
}) {
  const stage = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<View>(FIT)
  const pointers = useRef(new Map<number, Point>())

  const change = useCallback((next: (view: View, stage: Size) => View) => {
    const element = stage.current
    if (!element) return
    const size = { width: element.clientWidth, height: element.clientHeight }
    setView((current) => limitPan(next(current, size), size))
  }, [])

  const fromCenter = useCallback(({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = stage.current?.getBoundingClientRect()
    if (!box) return { x: 0, y: 0 }
    return { x: clientX - box.x - box.width / 2, y: clientY - box.y - box.height / 2 }
  }, [])

  useEffect(() => {
    const element = stage.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const at = fromCenter(event)
      const factor = Math.exp(-event.deltaY * WHEEL_RATE)
      change((current) => zoomTo(current, current.scale * factor, at))
    }
    // React's wheel listeners are passive, and cannot keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [change, fromCenter])

  const zoomBy = (factor: number) =>
    change((current) => zoomTo(current, current.scale * factor, { x: 0, y: 0 }))
  useKeys(
    {
      '0': () => change(() => FIT),
      '+': () => zoomBy(KEY_FACTOR),
      '=': () => zoomBy(KEY_FACTOR),
      '-': () => zoomBy(1 / KEY_FACTOR),
      // The space bar would scroll the page or click a button while the image is dragged.
      ' ': (event) => view.scale > 1 && !(event.target as Element).closest('button, a, summary'),
    },
    stage,
  )

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return
    pointers.current.set(event.pointerId, fromCenter(event))
    if (view.scale > 1 || pointers.current.size > 1) {
      event.currentTarget.setPointerCapture(event.pointerId)
    }
  }

  const onPointerMove = (event: PointerEvent) => {
    const from = pointers.current.get(event.pointerId)
    if (!from) return
    const to = fromCenter(event)
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, to)
    if (!other) {
      return change((current) => ({
        scale: current.scale,
        x: current.x + to.x - from.x,
        y: current.y + to.y - from.y,
      }))
    }
    const factor = distance(to, other) / Math.max(1, distance(from, other))
    const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 }
    change((current) => zoomTo(current, current.scale * factor, middle))
  }

  const transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`
  const onPointerEnd = (event: PointerEvent) => void pointers.current.delete(event.pointerId)

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys + − 0 do the same.
    <div
      ref={stage}
      className={styles.stage}
      data-zoomed={view.scale > 1}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={(event) => {
        const at = fromCenter(event)
        change((current, size) =>
          current.scale > 1 ? FIT : zoomTo(current, actualScale(image, size), at),
        )
      }}
    >
      {typeof children === 'function' ? (
        children(transform)
      ) : (
        <div className={styles.content} style={{ transform }}>
          {children}
        </div>
      )}
    </div>
  )
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
