import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { loadPart } from '../../../ui/lazyPart'
import { showToast } from '../../../ui/toast/toastQueue'
import { editFilePath } from '../route'

/** Return a function that opens a file in the edit mode. It says why if the file cannot be edited. */
export function useOpenFile(): (file: File) => Promise<void> {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  return useCallback(
    async (file: File) => {
      const { openLocalFile } = await loadPart(() => import('./localFiles'))
      const opened = await openLocalFile(file)
      const { name } = file
      if (opened.kind === 'opened') navigate(editFilePath(opened.sha256))
      else if (opened.kind === 'type') showToast(t('create.notAnImage', { name }))
      else if (opened.kind === 'size') showToast(t('edit.fileTooLarge', { name }))
      else showToast(t('create.fileUnreadable', { name }))
    },
    [navigate, t],
  )
}
