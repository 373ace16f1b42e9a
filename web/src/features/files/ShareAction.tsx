import { Share2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { Button } from '../../ui/Button'
import { showToast } from '../../ui/toast/toastQueue'
import { fetchImage } from './fetchImage'
import { fileName } from './fileName'

/** Report whether the browser can share PNG files with other apps. */
export function canShareImages(): boolean {
  const sample = new File([], 'image.png', { type: 'image/png' })
  return navigator.canShare?.({ files: [sample] }) ?? false
}

/** Opens the sheet of the operating system that shares the image's file. Hidden if there is none. */
export function ShareAction({
  generation: { id, prompt, images },
  image,
}: {
  generation: Generation
  image: GeneratedImage
}) {
  const { t } = useTranslation()
  const [isBusy, setBusy] = useState(false)
  if (!canShareImages()) return null
  const index = images.findIndex((each) => each.id === image.id)

  const shareFile = async (file: File) => {
    try {
      await navigator.share({ files: [file] })
    } catch (error) {
      const name = error instanceof DOMException ? error.name : ''
      // The user closed the sheet.
      if (name === 'AbortError') return
      // The download took longer than a click permits sharing for. Another click permits it again.
      if (name === 'NotAllowedError') {
        showToast(t('share.ready'), { label: t('share.action'), run: () => void shareFile(file) })
      } else showToast(t('share.failed'))
    }
  }
  const share = async () => {
    setBusy(true)
    try {
      const blob = await (await fetchImage(image)).blob()
      await shareFile(new File([blob], fileName(prompt, id, index), { type: 'image/png' }))
    } catch {
      showToast(t('error.network'))
    }
    setBusy(false)
  }
  return (
    <Button size="small" icon aria-label={t('share.action')} disabled={isBusy} onClick={share}>
      <Share2 size={16} aria-hidden />
    </Button>
  )
}
