import { useEffect } from 'react'
import { useStudio } from '../../../studio/StudioContext'

/** Undo the last import with Ctrl+Z or ⌘Z, unless the form was edited since. */
export function useImportUndo() {
  const { form } = useStudio()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
      if (!isUndo || event.key.toLowerCase() !== 'z' || !form.canUndoImport()) return
      event.preventDefault()
      form.undoImport()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [form])
}
