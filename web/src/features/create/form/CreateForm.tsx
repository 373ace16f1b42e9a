import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { lazyPart } from '../../../ui/lazyPart'
import { Notice } from '../../../ui/Notice'
import { CreateFormProvider } from './CreateFormContext'
import { PromptBar } from './promptBar/PromptBar'

const ControlsPanel = lazyPart(() => import('./controlsPanel/ControlsPanel'))

/** The prompt bar with the controls panel below it. */
export function CreateForm({ models }: { models: [Model, ...Model[]] }) {
  const { t } = useTranslation()
  return (
    <CreateFormProvider models={models}>
      <PromptBar />
      <Suspense fallback={<Notice text={t('app.loading')} />}>
        <ControlsPanel />
      </Suspense>
    </CreateFormProvider>
  )
}
