import { Scaling } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../../graphql/generated/operations'
import type { GeneratedImage, Generation } from '../../../graphql/store/generation'
import { Button } from '../../../ui/Button'
import { Menu } from '../../../ui/overlays/Menu'
import { UPSCALE_FACTORS } from '../panel/editForm'
import { upscaleInput } from './quickEdits'
import { useQuickEdit } from './useQuickEdit'

/** Offers enlarged copies of an image. Nothing is shown if no model can make them. */
export function UpscaleMenu({
  generation,
  image,
}: {
  generation: Generation
  image: GeneratedImage
}) {
  const { t } = useTranslation()
  const [{ data }] = useQuery({ query: ModelsDocument })
  const submit = useQuickEdit()
  const actions = UPSCALE_FACTORS.flatMap((factor) => {
    const input = upscaleInput(generation, image, data?.models ?? [], factor)
    const size = { width: image.width * factor, height: image.height * factor }
    const label = t('edit.upscaleBy', { factor, ...size })
    return input === null ? [] : [{ id: `${factor}`, label, run: () => submit(input) }]
  })
  if (actions.length === 0) return null
  return (
    <Menu
      trigger={
        <Button size="small" icon aria-label={t('edit.upscale')}>
          <Scaling size={16} aria-hidden />
        </Button>
      }
      actions={actions}
    />
  )
}
