import { Copy, Dices, Ellipsis, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { Button } from '../../ui/Button'
import { Menu } from '../../ui/overlays/Menu'
import { useImageActions } from './useImageActions'

/** The menu with the less frequent actions. It is loaded when first opened, so it starts open. */
export default function MoreMenuPopup({
  generation,
  image,
  remove,
}: {
  generation: Generation
  image: GeneratedImage | undefined
  remove: () => void
}) {
  const { t } = useTranslation()
  const { resubmit, copyPrompt } = useImageActions(generation, image)
  return (
    <Menu
      defaultOpen
      trigger={
        <Button size="small" icon aria-label={t('image.more')}>
          <Ellipsis size={16} aria-hidden />
        </Button>
      }
      actions={[
        {
          id: 'new-seed',
          label: t('image.newSeed'),
          icon: <Dices size={16} aria-hidden />,
          run: () => void resubmit(),
        },
        {
          id: 'copy-prompt',
          label: t('image.copyPrompt'),
          icon: <Copy size={16} aria-hidden />,
          run: () => void copyPrompt(),
        },
        {
          id: 'delete',
          label: t('history.delete'),
          icon: <Trash2 size={16} aria-hidden />,
          danger: true,
          separated: true,
          run: remove,
        },
      ]}
    />
  )
}
