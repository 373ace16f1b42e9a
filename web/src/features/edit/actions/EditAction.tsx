import { Brush } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { GeneratedImage, Generation } from '../../../graphql/store/generation'
import { buttonClass } from '../../../ui/Button'
import { editImagePath } from '../route'

/** Opens the edit mode with an image. */
export function EditAction({
  generation,
  image,
  icon = false,
}: {
  generation: Generation
  image: GeneratedImage
  /** Show the icon only. */
  icon?: boolean
}) {
  const { t } = useTranslation()
  const index = generation.images.findIndex(({ id }) => id === image.id)
  return (
    <Link
      href={editImagePath(generation.id, Math.max(0, index))}
      className={buttonClass(icon ? { size: 'small', icon } : {})}
      aria-label={t('edit.edit')}
      data-tooltip={icon ? t('edit.edit') : undefined}
    >
      <Brush size={16} aria-hidden />
      {icon ? null : t('edit.edit')}
    </Link>
  )
}
