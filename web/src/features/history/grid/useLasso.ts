import { type CSSProperties, useEffect, useRef, useState } from 'react'
import type { Box } from '../days/dayLayout'
import type { Selection } from '../selection/useSelection'
import type { GridLayout } from './useGridLayout'

/** Movement in pixels below which a press is a click. */
const THRESHOLD = 4
/** Distance in pixels from the edge of the window within which the page scrolls, and its speed. */
const EDGE = 48
const SCROLL_STEP = 24

/** Elements that a press acts on. Everything else is empty space. */
const OCCUPIED =
  'a, button, input, label, select, textarea, search, section, [role="dialog"], [role="menu"], [data-index]'

/**
 * Select the images in a rectangle that is dragged from empty space. With Ctrl, ⌘ or Shift, they are
 * added to the selection. Returns the rectangle's style while there is one.
 */
export function useLasso(
  grid: GridLayout,
  ids: readonly string[],
  selection: Selection,
): CSSProperties | null {
  const [box, setBox] = useState<Box | null>(null)
  const current = useRef({ grid, ids, selection })
  useEffect(() => {
    current.current = { grid, ids, selection }
  })
  useEffect(() => {
    let end = () => {}
    const onPointerDown = (event: PointerEvent) => {
      const container = current.current.grid.container.current
      const target = event.target instanceof Element ? event.target : null
      const isMouse = event.pointerType === 'mouse' && event.button === 0
      if (!isMouse || !container || !target?.closest('main') || target.closest(OCCUPIED)) return
      const area = container.getBoundingClientRect()
      // Presses on the scroll bar are outside the page's content.
      if (event.clientX >= document.documentElement.clientWidth) return
      const from = { x: event.clientX - area.left, y: event.clientY - area.top }
      const adds = event.ctrlKey || event.metaKey || event.shiftKey
      end = dragFrom(from, adds ? current.current.selection.ids : new Set())
    }

    const dragFrom = (from: { x: number; y: number }, kept: ReadonlySet<string>) => {
      let dragging = false
      const onMove = (event: PointerEvent) => {
        const { grid, ids, selection } = current.current
        const area = grid.container.current?.getBoundingClientRect()
        if (!area) return
        const to = { x: event.clientX - area.left, y: event.clientY - area.top }
        dragging ||= Math.hypot(to.x - from.x, to.y - from.y) > THRESHOLD
        if (!dragging) return
        const next = {
          left: Math.min(from.x, to.x),
          right: Math.max(from.x, to.x),
          top: Math.min(from.y, to.y),
          bottom: Math.max(from.y, to.y),
        }
        setBox(next)
        // The browser would select the text between both points.
        getSelection()?.removeAllRanges()
        const touched = grid.indexesIn(next).flatMap((index) => ids[index] ?? [])
        selection.replace(new Set([...kept, ...touched]))
        if (event.clientY < EDGE) window.scrollBy(0, -SCROLL_STEP)
        else if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, SCROLL_STEP)
      }
      const onUp = () => {
        // A click on empty space clears the selection.
        if (!dragging && kept.size === 0) current.current.selection.clear()
        end()
      }
      window.addEventListener('pointermove', onMove)
      window.addEventListener('pointerup', onUp)
      window.addEventListener('pointercancel', onUp)
      return () => {
        window.removeEventListener('pointermove', onMove)
        window.removeEventListener('pointerup', onUp)
        window.removeEventListener('pointercancel', onUp)
        setBox(null)
        end = () => {}
      }
    }
    window.addEventListener('pointerdown', onPointerDown)
    return () => {
      window.removeEventListener('pointerdown', onPointerDown)
      end()
    }
  }, [])
  if (!box) return null
  const { left, top, right, bottom } = box
  return { left, top, width: right - left, height: bottom - top }
}
