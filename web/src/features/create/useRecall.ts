import { type ClipboardEvent, type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../app/StudioContext'
import type { Model } from '../../graphql/generation'
import { say } from '../../ui/say'
import type { Recalled } from './recall/recalled'

/** Settings out of dropped or chosen pictures and pasted prompts. Its readers come when needed. */
export function useRecall(models: readonly Model[], model: Model) {
  const { t } = useTranslation()
  const { draft } = useStudio()
  const [over, setOver] = useState(false)

  const take = async (recalled: Recalled | null) => {
    if (recalled === null) return say(t('create.recallNothing'))
    const { applyRecalled } = await import('./recall/applyRecalled')
    const { settings, ignored } = applyRecalled(recalled, models, model)
    draft.set(settings)
    const names = ignored.join(', ')
    say(
      ignored.length === 0
        ? t('create.recalled')
        : `${t('create.recalled')} ${t('create.recallIgnored', { names })}`,
    )
  }
  const takeFile = async (file: Blob) => {
    const { recallFromFile } = await import('./recall/recall')
    await take(await recallFromFile(file))
  }

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    over,
    takeFile,
    dropTarget: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      },
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(false)
        const [file] = event.dataTransfer.files
        if (file) void takeFile(file)
      },
    },
    onPaste: async (event: ClipboardEvent<HTMLTextAreaElement>) => {
      const [file] = event.clipboardData.files
      if (file) {
        event.preventDefault()
        return takeFile(file)
      }
      const text = event.clipboardData.getData('text')
      // Cheap to see, so that ordinary pasting waits for nothing.
      const flagged = /(?:^|\s)--[a-z]+/i.test(text)
      const parameters = /^(?:Negative prompt:|Steps: \d)/m.test(text)
      if (!flagged && !parameters) return
      event.preventDefault()
      const { readMidjourney } = await import('./recall/midjourney')
      const { readParameters } = await import('./recall/parameters')
      await take(parameters ? readParameters(text) : readMidjourney(text, model))
    },
  }
}
