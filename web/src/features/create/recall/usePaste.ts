import { type ClipboardEvent, useEffect } from 'react'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { mayContainSettings } from './text/mayContainSettings'
import type { PastedText } from './text/readPastedText'
import { useFileImport } from './useFileImport'
import { currentSettings, useSettingsImport } from './useSettingsImport'

type Readers = typeof import('./text/readPastedText')

let readers: Readers | null = null

async function loadReaders(): Promise<Readers> {
  readers ??= await import('./text/readPastedText')
  return readers
}

/** Insert text as the browser does, so that it can be undone with the keyboard. */
function insertText(field: HTMLTextAreaElement, text: string): void {
  field.focus()
  if (document.execCommand('insertText', false, text)) return
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}

/** Insert text at the selection. Returns the new text and the position after the inserted part. */
function spliced(field: HTMLTextAreaElement, text: string): { text: string; end: number } {
  const before = field.value.slice(0, field.selectionStart)
  const after = field.value.slice(field.selectionEnd)
  // The spaces around removed flags are gone.
  const gap = text !== '' && /^\w/.test(after) ? ' ' : ''
  return { text: before + text + gap + after, end: (before + text).length }
}

/**
 * Return the paste handler of the prompt. It imports settings and images. Everything else is pasted
 * by the browser.
 */
export function usePaste(models: readonly [Model, ...Model[]], model: Model) {
  const { form } = useStudio()
  const importSettings = useSettingsImport()
  const importFiles = useFileImport()
  // Loaded early, because the browser pastes text only if the handler decides at once.
  useEffect(() => void loadReaders(), [])

  const apply = (field: HTMLTextAreaElement, { kind, recalled }: PastedText) => {
    const { settings } = recalled
    if (kind === 'description') {
      // The parent belongs to the previous prompt.
      const parentId = settings.prompt === undefined ? {} : { parentId: null }
      return importSettings({ ...recalled, settings: { ...settings, ...parentId } }, models)
    }
    const { negativePrompt } = currentSettings(models, form.get())
    const prompt = spliced(field, settings.prompt ?? '')
    const exclusions = [negativePrompt.trim(), settings.negativePrompt].filter(Boolean).join(', ')
    importSettings(
      { ...recalled, settings: { ...settings, prompt: prompt.text, negativePrompt: exclusions } },
      models,
    )
    // React moves the caret to the end when it sets the value.
    requestAnimationFrame(() => field.setSelectionRange(prompt.end, prompt.end))
  }

  return (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const field = event.currentTarget
    const text = event.clipboardData.getData('text')
    // Office programs copy a text together with its image.
    if (text === '' && event.clipboardData.files.length > 0) {
      event.preventDefault()
      void importFiles([...event.clipboardData.files])
      return
    }
    if (!mayContainSettings(text)) return
    if (readers !== null) {
      const pasted = readers.readPastedText(text, model)
      if (pasted === null) return
      event.preventDefault()
      apply(field, pasted)
      return
    }
    event.preventDefault()
    void loadReaders().then(({ readPastedText }) => {
      const pasted = readPastedText(text, model)
      if (pasted) apply(field, pasted)
      else insertText(field, text)
    })
  }
}
