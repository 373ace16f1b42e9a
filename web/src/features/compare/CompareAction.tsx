import { SquareSplitHorizontal } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { useList, useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
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
  useEffect(() => {
    if (route === null) return
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, altKey, ctrlKey, metaKey, shiftKey, target: element } = event
      if (key !== 'c' || altKey || ctrlKey || metaKey || shiftKey || event.defaultPrevented) return
      if (element instanceof Element && element.closest('input, textarea, select')) return
      event.preventDefault()
      navigate(route)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [route, navigate])
  if (route === null) return null
  return (
    <Button size="small" icon aria-label={t('compare.action')} onClick={() => navigate(route)}>
      <SquareSplitHorizontal size={16} aria-hidden />
    </Button>
  )
}
