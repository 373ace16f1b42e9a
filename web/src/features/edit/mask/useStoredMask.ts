import { useEffect } from 'react'
import type { MaskEditor } from './maskEditor'
import { loadMask, saveMask } from './maskStorage'

/** The mask is stored when it did not change for this long. */
const SAVE_DELAY_MS = 300

/**
 * Load the mask of an earlier visit, and store it after each change. If the browser cannot store it, or
 * has not yet, it asks before the page is left.
 */
export function useStoredMask(key: string, editor: MaskEditor): void {
  useEffect(() => {
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout> | undefined
    let savedRevision = editor.state().revision

    const load = async () => {
      const packed = await loadMask(key, editor.bitmap)
      // What the user painted meanwhile is newer.
      if (packed === null || !isCurrent || editor.state().revision > 0 || editor.isPainting) return
      editor.load(packed)
      savedRevision = editor.state().revision
    }
    const save = async () => {
      clearTimeout(timer)
      const { revision } = editor.state()
      if (await saveMask(key, editor.bitmap)) savedRevision = revision
    }
    const onState = () => {
      clearTimeout(timer)
      timer = setTimeout(save, SAVE_DELAY_MS)
    }
    const saveIfChanged = () => {
      if (editor.state().revision !== savedRevision) void save()
    }
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (editor.state().revision === savedRevision || editor.state().isEmpty) return
      event.preventDefault()
    }
    void load()
    const stop = editor.onState(onState)
    window.addEventListener('beforeunload', onBeforeUnload)
    document.addEventListener('visibilitychange', saveIfChanged)
    return () => {
      isCurrent = false
      stop()
      saveIfChanged()
      clearTimeout(timer)
      window.removeEventListener('beforeunload', onBeforeUnload)
      document.removeEventListener('visibilitychange', saveIfChanged)
    }
  }, [key, editor])
}
