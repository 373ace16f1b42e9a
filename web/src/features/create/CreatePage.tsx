import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../studio/StudioContext'
import { useModels } from '../../studio/useModels'
import { Button } from '../../ui/Button'
import { lazyPart } from '../../ui/lazyPart'
import { Notice } from '../../ui/Notice'
import type { Shown } from '../canvas/shown'
import { SidePanel } from '../layout/SidePanel'
import { StudioLayout } from '../layout/StudioLayout'
import { usePanel } from '../layout/usePanel'
import { CreateCanvas } from './CreateCanvas'
import { CreateFormProvider } from './form/CreateFormContext'
import { PromptBar } from './form/promptBar/PromptBar'
import { useShown } from './useShown'

const ControlsPanel = lazyPart(() => import('./form/controlsPanel/ControlsPanel'))
const Filmstrip = lazyPart(() => import('../filmstrip/Filmstrip'))
const Inspector = lazyPart(() => import('../inspector/Inspector'))

/** The studio: controls, canvas, prompt bar, filmstrip and inspector. */
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
  const { models, failed, refetch } = useModels()
  const [first, ...others] = models ?? []
  const controls = usePanel('controls')
  const inspector = usePanel('inspector')
  const shown = useShown(selected, select)
  const generation = shown.generation
  const loading = <Notice text={t('app.loading')} />
  const failure = (
    <Notice alert text={t('create.modelsFailed')}>
      <Button onClick={refetch}>{t('app.tryAgain')}</Button>
    </Notice>
  )
  const layout = (
    <StudioLayout
      controls={
        <SidePanel panel={controls} side="start" label={t('create.settings')}>
          {first && (
            <Suspense fallback={loading}>
              <ControlsPanel />
            </Suspense>
          )}
        </SidePanel>
      }
      canvas={
        <CreateCanvas
          models={models ?? []}
          shown={shown}
          controls={controls}
          inspector={inspector}
        />
      }
      promptBar={first ? <PromptBar /> : failure}
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
  )
  const title = <h1 className="visually-hidden">{t('create.title')}</h1>
  // With the models, the layout gets another parent, which would load its images a second time.
  if (models === null && !failed) {
    return (
      <>
        {title}
        {loading}
      </>
    )
  }
  return (
    <>
      {title}
      {first ? (
        <CreateFormProvider models={[first, ...others]} openControls={() => controls.setOpen(true)}>
          {layout}
        </CreateFormProvider>
      ) : (
        layout
      )}
    </>
  )
}
