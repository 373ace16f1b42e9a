import { Blend } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../../graphql/generated/operations'
import type { GeneratedImage, Generation } from '../../../graphql/store/generation'
import { Button } from '../../../ui/Button'
import { Menu } from '../../../ui/overlays/Menu'
import { type Variation, variationInput } from './quickEdits'
import { useQuickEdit } from './useQuickEdit'

const LABELS = { subtle: 'edit.varySubtle', strong: 'edit.varyStrong' } as const

/** Offers variations of an image. Nothing is shown if no model can make them. */
export function VaryMenu({ generation, image }: { generation: Generation; image: GeneratedImage }) {
  const { t } = useTranslation()
  const [{ data }] = useQuery({ query: ModelsDocument })
  const submit = useQuickEdit()
  const actions = (['subtle', 'strong'] satisfies Variation[]).flatMap((id) => {
    const input = variationInput(generation, image, data?.models ?? [], id)
    return input === null ? [] : [{ id, label: t(LABELS[id]), run: () => submit(input) }]
  })
  if (actions.length === 0) return null
  return (
    <Menu
      trigger={
        <Button size="small" icon aria-label={t('edit.vary')}>
          <Blend size={16} aria-hidden />
        </Button>
      }
      actions={actions}
    />
  )
}
