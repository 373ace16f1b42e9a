import { SquareSplitHorizontal } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { useKeys } from '../keys/useKeys'
import { compareRoute } from './compareRoute'
import { compareTarget } from './compareTarget'

/** Opens the comparison with the image's source or parent, or with the next image. Key: C. */
export function CompareAction({
  generation,
  image,
}: {
  generation: Generation
  image: GeneratedImage
}) {
  const { t } = useTranslation()
  const { recent, store } = useStudio()
  const { ids } = useList(recent)
  const [, navigate] = useLocation()
  const index = generation.images.findIndex(({ id }) => id === image.id)
  const target = compareTarget(generation, index, ids, (id) => store.get(id)?.images.length ?? 0)
  const route = target && compareRoute([target, { id: generation.id, index }])
  const button = useRef<HTMLButtonElement>(null)
  useKeys({ c: () => (route === null ? false : navigate(route)) }, button)
  if (route === null) return null
  return (
    <Button
      ref={button}
      size="small"
      icon
      aria-label={t('compare.action')}
      onClick={() => navigate(route)}
    >
      <SquareSplitHorizontal size={16} aria-hidden />
    </Button>
  )
}
