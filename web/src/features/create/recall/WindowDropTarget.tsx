import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { showToast } from '../../../ui/toast/toastQueue'
import { useFileImport } from './useFileImport'
import styles from './WindowDropTarget.module.css'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** Return the name of the first dropped folder. */
function folderName(transfer: DataTransfer): string | undefined {
  for (const item of transfer.items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    if (entry?.isDirectory) return entry.name
  }
  return undefined
}

/**
 * Accepts image files anywhere in the window, on every page. Without it, the browser leaves the app to
 * open a dropped file.
 */
export function WindowDropTarget() {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [isDragOver, setOver] = useState(false)
  const importFiles = useFileImport()

  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const onDragLeave = (event: DragEvent) => {
      // Without a related target, the pointer has left the window.
      if (event.relatedTarget === null) setOver(false)
    }
    const onDrop = async (event: DragEvent) => {
      setOver(false)
      const transfer = event.dataTransfer
      if (transfer === null || !hasFiles(event)) return
      event.preventDefault()
      const folder = folderName(transfer)
      const files = [...transfer.files]
      if (folder !== undefined) showToast(t('create.folderDropped', { name: folder }))
      else if (files.length === 0) showToast(t('create.nothingDropped'))
      else if (await importFiles(files)) navigate('/')
    }
    window.addEventListener('dragover', onDragOver)
    window.addEventListener('dragleave', onDragLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onDragOver)
      window.removeEventListener('dragleave', onDragLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [importFiles, navigate, t])

  return isDragOver ? (
    <div className={styles.overlay}>
      <p>{t('create.dropHere')}</p>
    </div>
  ) : null
}
