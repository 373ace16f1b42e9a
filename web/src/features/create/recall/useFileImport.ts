import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from 'urql'
import { ModelsDocument } from '../../../graphql/generated/operations'
import { loadPart } from '../../../ui/lazyPart'
import { showToast } from '../../../ui/toast/toastQueue'
import { useOpenFile } from '../../edit/source/useOpenFile'
import { useSettingsImport } from './useSettingsImport'

/**
 * Return a function that fills the form with the settings of an image file. It resolves to false, and
 * says why, if there are none. The parsers are loaded on first use.
 */
export function useFileImport() {
  const { t } = useTranslation()
  const client = useClient()
  const importSettings = useSettingsImport()
  const openInEditor = useOpenFile()
  return useCallback(
    async ([file, ...others]: readonly File[]): Promise<boolean> => {
      if (file === undefined) return false
      const { readImageFile } = await loadPart(() => import('./image/readImageFile'))
      const read = await readImageFile(file)
      const { name } = file
      const failure = {
        unsupported: () =>
          t('create.settingsUnsupported', {
            program: read.kind === 'unsupported' ? read.program : '',
          }),
        none: () => t('create.settingsMissing'),
        'not-an-image': () => t('create.notAnImage', { name }),
        unreadable: () => t('create.fileUnreadable', { name }),
      }
      if (read.kind !== 'settings') {
        const canBeEdited = read.kind === 'none' || read.kind === 'unsupported'
        const edit = { label: t('edit.editImage'), run: () => void openInEditor(file) }
        showToast(failure[read.kind](), canBeEdited ? edit : undefined)
        return false
      }
      const { data } = await client.query(ModelsDocument, {}).toPromise()
      const [first, ...rest] = data?.models ?? []
      if (first === undefined) {
        showToast(t('create.modelsFailed'))
        return false
      }
      const { settings, ignored } = read.recalled
      const recalled = {
        ...read.recalled,
        // The parent of the previous settings is not the parent of this image.
        settings: { ...settings, parentId: null },
        ignored: [...ignored, ...others.map((other) => other.name)],
      }
      importSettings(recalled, [first, ...rest])
      return true
    },
    [client, importSettings, openInEditor, t],
  )
}
