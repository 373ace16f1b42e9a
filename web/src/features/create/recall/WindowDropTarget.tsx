import { useLayoutEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { showToast } from '../../../ui/toast/toastQueue'
import { parseEditRoute } from '../../edit/route'
import { useOpenFile } from '../../edit/source/useOpenFile'
import { useFileImport } from './useFileImport'
import styles from './WindowDropTarget.module.css'

/** What a drop does. The lower part of the window edits the image. */
type Zone = 'settings' | 'edit'
const EDIT_ZONE_START = 0.7

const zoneAt = ({ clientY }: DragEvent): Zone =>
  clientY > window.innerHeight * EDIT_ZONE_START ? 'edit' : 'settings'

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
  const [location, navigate] = useLocation()
  const [zone, setZone] = useState<Zone | null>(null)
  const importFiles = useFileImport()
  const openInEditor = useOpenFile()
  const isEditing = parseEditRoute(location) !== null

  // Before the page is painted: without it, the browser would leave the page for a dropped file.
  useLayoutEffect(() => {
    const accept = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setZone(zoneAt(event))
    }
    const onDragLeave = (event: DragEvent) => {
      // Without a related target, the pointer has left the window.
      if (event.relatedTarget === null) setZone(null)
    }
    const editFirst = async ([file]: readonly File[]) => file && openInEditor(file)
    const onDrop = async (event: DragEvent) => {
      setZone(null)
      const transfer = event.dataTransfer
      if (transfer === null || !hasFiles(event)) return
      event.preventDefault()
      const folder = folderName(transfer)
      const files = [...transfer.files]
      if (folder !== undefined) showToast(t('create.folderDropped', { name: folder }))
      else if (files.length === 0) showToast(t('create.nothingDropped'))
      else if (isEditing || zoneAt(event) === 'edit') await editFirst(files)
      else if (await importFiles(files)) navigate('/')
    }
    // When the element below the pointer changes, the browser sends dragenter instead of dragover. A
    // drop directly after it would be refused.
    window.addEventListener('dragenter', accept)
    window.addEventListener('dragover', accept)
    window.addEventListener('dragleave', onDragLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragenter', accept)
      window.removeEventListener('dragover', accept)
      window.removeEventListener('dragleave', onDragLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [importFiles, isEditing, navigate, openInEditor, t])

  if (zone === null) return null
  return (
    <div className={styles.overlay}>
      {!isEditing && (
        <p className={styles.zone} data-active={zone === 'settings'}>
          {t('create.dropHere')}
        </p>
      )}
      <p className={styles.zone} data-active={isEditing || zone === 'edit'}>
        {t('edit.dropEdit')}
      </p>
    </div>
  )
}
