import { Download, Heart, Redo2, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type GeneratedImage, type Generation, isUnfinished } from '../../graphql/store/generation'
import { Button, buttonClass } from '../../ui/Button'
import { useGenerationActions } from '../generations/useGenerationActions'
import styles from './ImageToolbar.module.css'
import { IMAGE_TOOLS } from './imageTools'
import { MoreMenu } from './MoreMenu'
import { useImageActions } from './useImageActions'

/** The actions on a generation as icons, depending on its status. */
export default function ImageToolbar({
  generation,
  image,
  leave,
  remove,
}: {
  generation: Generation
  /** The shown image. Undefined if there is none. */
  image: GeneratedImage | undefined
  /** Show something else, because the generation left the list. */
  leave: () => void
  /** Move the generation to the trash and show another one. */
  remove: () => void
}) {
  const { t } = useTranslation()
  const { setFavorite, restore } = useGenerationActions()
  const { useSettings } = useImageActions(generation, image)
  const { id, favorite, trashedAt } = generation
  if (trashedAt !== null) {
    return (
      <ToolbarRow>
        <Button size="small" onClick={() => restore([id]).then(leave)}>
          <Undo2 size={16} aria-hidden />
          {t('history.restore')}
        </Button>
      </ToolbarRow>
    )
  }
  // The canvas offers to cancel.
  if (isUnfinished(generation)) return null
  return (
    <ToolbarRow>
      <Button
        size="small"
        icon
        aria-label={t('history.favorite')}
        aria-pressed={favorite}
        onClick={() => setFavorite([id], !favorite)}
      >
        <Heart size={16} aria-hidden fill={favorite ? 'currentColor' : 'none'} />
      </Button>
      {image &&
        IMAGE_TOOLS.map(({ id: tool, Tool }) => (
          <Tool key={tool} generation={generation} image={image} />
        ))}
      <Button size="small" icon aria-label={t('image.useSettings')} onClick={useSettings}>
        <Redo2 size={16} aria-hidden />
      </Button>
      {image && (
        <a
          className={buttonClass({ size: 'small', icon: true })}
          href={image.downloadUrl}
          download
          aria-label={t('image.download')}
          data-tooltip={t('image.download')}
        >
          <Download size={16} aria-hidden />
        </a>
      )}
      <MoreMenu generation={generation} image={image} remove={remove} />
    </ToolbarRow>
  )
}

function ToolbarRow({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('image.actions')}>
      {children}
    </div>
  )
}
