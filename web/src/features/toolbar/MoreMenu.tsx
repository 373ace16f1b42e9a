import { Copy, Dices, Ellipsis, FolderPlus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { Button } from '../../ui/Button'
import { Menu } from '../../ui/overlays/Menu'
import { useAddToBoard } from '../boards/dialogs/useAddToBoard'
import { useImageActions } from './useImageActions'

/** The menu with the less frequent actions. */
export function MoreMenu({
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
  const { addToBoard, dialog } = useAddToBoard()
  return (
    <>
      <Menu
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
            id: 'add-to-board',
            label: t('boards.add'),
            icon: <FolderPlus size={16} aria-hidden />,
            run: () => addToBoard([generation.id]),
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
      {dialog}
    </>
  )
}
