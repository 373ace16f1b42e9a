import { Ellipsis } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { Button } from '../../ui/Button'
import { lazyPart } from '../../ui/lazyPart'

const load = () => import('./MoreMenuPopup')
const MoreMenuPopup = lazyPart(load)

/** The button of the menu with the less frequent actions. The menu is loaded on demand. */
export function MoreMenu(props: {
  generation: Generation
  image: GeneratedImage | undefined
  remove: () => void
}) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const button = (
    <Button
      size="small"
      icon
      aria-label={t('image.more')}
      onPointerEnter={load}
      onFocus={load}
      onClick={() => setOpened(true)}
    >
      <Ellipsis size={16} aria-hidden />
    </Button>
  )
  if (!opened) return button
  return (
    <Suspense fallback={button}>
      <MoreMenuPopup {...props} />
    </Suspense>
  )
}
