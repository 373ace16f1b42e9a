import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../graphql/generated/operations'
import { useStudio } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import type { Shown } from '../canvas/shown'
import { SidePanel } from '../layout/SidePanel'
import { StudioLayout } from '../layout/StudioLayout'
import { usePanel } from '../layout/usePanel'
import { CreateCanvas } from './CreateCanvas'
import { CreateForm } from './form/CreateForm'
import { useShown } from './useShown'

const Filmstrip = lazy(() => import('../filmstrip/Filmstrip'))
const Inspector = lazy(() => import('../inspector/Inspector'))

/** The studio: controls, canvas, filmstrip and inspector. */
export function CreatePage({
  selected,
  select,
}: {
  /** The selected generation. Null: follow the newest one. */
  selected: Shown | null
  select: (shown: Shown | null) => void
}) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const [{ data, error }, refetch] = useQuery({ query: ModelsDocument })
  const [first, ...others] = data?.models ?? []
  const controls = usePanel('controls')
  const inspector = usePanel('inspector')
  const shown = useShown(selected, select)
  const generation = shown.generation
  const form = (
    <>
      {first && <CreateForm models={[first, ...others]} />}
      {!first && error && (
        <Notice alert text={t('create.modelsFailed')}>
          <Button onClick={() => refetch({ requestPolicy: 'network-only' })}>
            {t('app.tryAgain')}
          </Button>
        </Notice>
      )}
      {!first && !error && <Notice text={t('app.loading')} />}
    </>
  )
  return (
    <>
      <h1 className="visually-hidden">{t('create.title')}</h1>
      <StudioLayout
        controls={
          <SidePanel
            panel={{ ...controls, isOpen: controls.isColumn }}
            side="start"
            label={t('create.title')}
          >
            {form}
          </SidePanel>
        }
        canvas={<CreateCanvas models={data?.models ?? []} shown={shown} inspector={inspector} />}
        promptBar={controls.isColumn ? null : form}
        filmstrip={
          shown.order.length > 0 && (
            <Suspense>
              <Filmstrip ids={shown.order} shownId={shown.position?.id ?? null} />
            </Suspense>
          )
        }
        inspector={
          generation && (
            <SidePanel panel={inspector} side="end" label={t('image.details')}>
              <Suspense>
                <Inspector
                  generation={generation}
                  image={generation.images[shown.position?.index ?? 0]}
                  show={({ id, index }) =>
                    select({ id, index: (store.get(id)?.images.length ?? 0) > 1 ? index : null })
                  }
                  leave={shown.leave}
                  remove={shown.remove}
                />
              </Suspense>
            </SidePanel>
          )
        }
      />
    </>
  )
}
