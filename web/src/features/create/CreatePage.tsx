import { useDeferredValue, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useList, useStudio } from '../../studio/StudioContext'
import { type Models, useModels } from '../../studio/useModels'
import { Button } from '../../ui/Button'
import { deferredPart } from '../../ui/deferredPart'
import { Notice } from '../../ui/Notice'
import type { Shown } from '../canvas/shown'
import { SidePanel } from '../layout/SidePanel'
import { StudioLayout } from '../layout/StudioLayout'
import { usePanel } from '../layout/usePanel'
import { CreateCanvas } from './CreateCanvas'
import { CreateFormProvider } from './form/CreateFormContext'
import { PromptBar } from './form/promptBar/PromptBar'
import { useShown } from './useShown'

const ControlsPanel = deferredPart(() =>
  import('./form/controlsPanel/ControlsPanel').then((part) => part.default),
)
const Filmstrip = deferredPart(() => import('./tools').then((tools) => tools.Filmstrip))
const Inspector = deferredPart(() => import('../inspector/Inspector').then((part) => part.default))

/** Whether the page has appeared since the app was loaded. */
let hasAppeared = false

interface Props {
  /** The selected generation. Null: follow the newest one. */
  selected: Shown | null
  select: (shown: Shown | null) => void
}

/** The studio: controls, canvas, prompt bar, filmstrip and inspector. */
export function CreatePage(props: Props) {
  const { t } = useTranslation()
  const { recent, unfinished } = useStudio()
  const models = useModels()
  const lists = [useList(recent), useList(unfinished)]
  const hasLoaded =
    (models.models !== null || models.failed) && lists.every(({ status }) => status !== 'loading')
  // Most of the page appears at once. A deferred rendering yields to the browser meanwhile, unless
  // another response changes what it shows. The first one is deferred until the frame of the page has
  // appeared, because a response that arrives while both are rendered would end the yielding.
  const isReady = useDeferredValue(hasLoaded, hasAppeared && hasLoaded)
  useEffect(() => {
    hasAppeared = true
  }, [])
  return (
    <>
      <h1 className="visually-hidden">{t('create.title')}</h1>
      {isReady ? <Workspace {...props} {...models} /> : <Notice text={t('app.loading')} />}
    </>
  )
}

/** The page when the models, the latest generations and the queue have been loaded. */
function Workspace({ selected, select, models, refetch }: Props & Models) {
  const { t } = useTranslation()
  const { store } = useStudio()
  const [first, ...others] = models ?? []
  const controls = usePanel('controls')
  const inspector = usePanel('inspector')
  const shown = useShown(selected, select)
  const generation = shown.generation
  const failure = (
    <Notice alert text={t('create.modelsFailed')}>
      <Button onClick={refetch}>{t('app.tryAgain')}</Button>
    </Notice>
  )
  const layout = (
    <StudioLayout
      controls={
        <SidePanel panel={controls} side="start" label={t('create.settings')}>
          {first && <ControlsPanel fallback={<Notice text={t('app.loading')} />} />}
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
          <Filmstrip ids={shown.order} shownId={shown.position?.id ?? null} />
        )
      }
      inspector={
        generation && (
          <SidePanel panel={inspector} side="end" label={t('image.details')}>
            <Inspector
              generation={generation}
              image={generation.images[shown.position?.index ?? 0]}
              show={({ id, index }) =>
                select({ id, index: (store.get(id)?.images.length ?? 0) > 1 ? index : null })
              }
              leave={shown.leave}
              remove={shown.remove}
            />
          </SidePanel>
        )
      }
    />
  )
  if (!first) return layout
  return (
    <CreateFormProvider models={[first, ...others]} openControls={() => controls.setOpen(true)}>
      {layout}
    </CreateFormProvider>
  )
}
