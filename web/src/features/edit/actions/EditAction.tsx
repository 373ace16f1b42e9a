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
}: {
  generation: Generation
  image: GeneratedImage
}) {
  const { t } = useTranslation()
  const index = generation.images.findIndex(({ id }) => id === image.id)
  return (
    <Link
      href={editImagePath(generation.id, Math.max(0, index))}
      className={buttonClass({ size: 'small', icon: true })}
      aria-label={t('edit.edit')}
      data-tooltip={t('edit.edit')}
    >
      <Brush size={16} aria-hidden />
    </Link>
  )
}
