import { type ClipboardEvent, type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { showToast } from '../../../ui/toast/toastQueue'
import type { RecalledSettings } from './recalledSettings'

/**
 * Fill the form with the settings of dropped or chosen images and pasted prompts. The parsers are
 * loaded on first use.
 */
export function useRecall(models: readonly Model[], model: Model) {
  const { t } = useTranslation()
  const { form } = useStudio()
  const [isDragOver, setOver] = useState(false)

  const apply = async (recalled: RecalledSettings | null) => {
    if (recalled === null) return showToast(t('create.settingsMissing'))
    const { applyRecalledSettings } = await import('./applyRecalledSettings')
    const { settings, ignored } = applyRecalledSettings(recalled, models, model)
    form.set(settings)
    const names = ignored.join(', ')
    showToast(
      ignored.length === 0
        ? t('create.settingsImported')
        : `${t('create.settingsImported')} ${t('create.settingsIgnored', { names })}`,
    )
  }
  const applyFile = async (file: Blob) => {
    const { readImageFile } = await import('./readImageFile')
    await apply(await readImageFile(file))
  }

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    isDragOver,
    applyFile,
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
        if (file) void applyFile(file)
      },
    },
    onPaste: async (event: ClipboardEvent<HTMLTextAreaElement>) => {
      const [file] = event.clipboardData.files
      if (file) {
        event.preventDefault()
        return applyFile(file)
      }
      const text = event.clipboardData.getData('text')
      // These checks are synchronous, so that ordinary pasting is not delayed.
      const hasFlags = /(?:^|\s)--[a-z]+/i.test(text)
      const hasParameters = /^(?:Negative prompt:|Steps: \d)/m.test(text)
      if (!hasFlags && !hasParameters) return
      event.preventDefault()
      const { readMidjourney } = await import('./midjourney')
      const { readParameters } = await import('./parameters')
      await apply(hasParameters ? readParameters(text) : readMidjourney(text, model))
    },
  }
}
