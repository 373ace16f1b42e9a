import { type RefObject, useEffect, useRef } from 'react'
import type { StageControls } from '../canvas/EditStage'
import type { MaskEditor } from '../mask/maskEditor'
import type { ToolStore } from './toolStore'

const ZOOM_FACTOR = 1.5
/** Controls to which the space bar belongs. */
const CONTROLS = 'button, a, input, select, textarea, [role=menuitem], [role=combobox]'

/** Report whether a key types into a field. */
function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea, select, [role=combobox]')) return true
  return target.matches('input:not([type=range], [type=radio], [type=checkbox], [type=file])')
}

interface KeyTargets {
  editor: MaskEditor
  tools: ToolStore
  controls: RefObject<StageControls | null>
  paints: boolean
  compare: (comparing: boolean) => void
  submit: () => void
  close: () => void
}

/** Handle the keys of the edit mode, except while the user types. */
export function useEditKeys(targets: KeyTargets): void {
  const current = useRef(targets)
  useEffect(() => {
    current.current = targets
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (handleKey(event, current.current)) event.preventDefault()
    }
    const onKeyUp = ({ key }: KeyboardEvent) => {
      if (key === '\\') current.current.compare(false)
      if (key === ' ') current.current.controls.current?.setPanning(false)
    }
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener('keyup', onKeyUp)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener('keyup', onKeyUp)
    }
  }, [])
}

/** Handle a key. Returns false if it means nothing here. */
function handleKey(event: KeyboardEvent, targets: KeyTargets): boolean {
  const { controls, close, submit } = targets
  const hasModifier = event.ctrlKey || event.metaKey
  if (event.key === 'Enter' && hasModifier) {
    submit()
    return true
  }
  if (isTyping(event) || event.altKey) return false
  if (hasModifier) return handleUndo(event, targets)
  if (event.key === 'Escape') {
    if (!controls.current?.cancelStroke()) close()
    return true
  }
  if (event.key === ' ') {
    if (event.target instanceof Element && event.target.closest(CONTROLS)) return false
    controls.current?.setPanning(true)
    return true
  }
  return handleView(event, targets) || (targets.paints && handleTool(event, targets))
}

function handleUndo({ key, shiftKey }: KeyboardEvent, { editor, paints }: KeyTargets): boolean {
  const letter = key.toLowerCase()
  if (!paints || (letter !== 'z' && letter !== 'y')) return false
  if (letter === 'y' || shiftKey) editor.redo()
  else editor.undo()
  return true
}

function handleView({ key, repeat }: KeyboardEvent, { controls, compare }: KeyTargets): boolean {
  if (key === '0') controls.current?.fit()
  else if (key === '+' || key === '=') controls.current?.zoom(ZOOM_FACTOR)
  else if (key === '-') controls.current?.zoom(1 / ZOOM_FACTOR)
  else if (key === '\\') {
    if (!repeat) compare(true)
  } else return false
  return true
}

function handleTool({ key }: KeyboardEvent, { editor, tools }: KeyTargets): boolean {
  const actions: Record<string, () => void> = {
    b: () => tools.choose('brush'),
    e: () => tools.choose('eraser'),
    l: () => tools.choose('lasso'),
    i: () => editor.invert(),
    delete: () => editor.clear(),
    '[': () => tools.step(-1),
    ']': () => tools.step(1),
  }
  const action = actions[key.toLowerCase()]
  action?.()
  return action !== undefined
}
