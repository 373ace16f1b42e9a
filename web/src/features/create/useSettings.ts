import { useCallback, useSyncExternalStore } from 'react'
import { useStudio } from '../../app/StudioContext'
import type { Model } from '../../graphql/generation'
import { fitTo, type Settings, switchTo } from './settings'

export interface SettingsForm {
  settings: Settings
  model: Model
  change(change: Partial<Settings>): void
  chooseModel(id: string): void
}

/** The form: what was drafted, fitted to the chosen one of the models on offer. */
export function useSettings(models: readonly [Model, ...Model[]]): SettingsForm {
  const { draft } = useStudio()
  const drafted = useSyncExternalStore(draft.on, draft.get)
  const model = models.find((candidate) => candidate.id === drafted.model) ?? models[0]
  const settings = fitTo(model, drafted)

  const change = useCallback(
    (changed: Partial<Settings>) => draft.set({ ...draft.get(), model: model.id, ...changed }),
    [draft, model.id],
  )
  const chooseModel = (id: string) => {
    const next = models.find((candidate) => candidate.id === id)
    if (next) draft.set(switchTo(next, settings))
  }
  return { settings, model, change, chooseModel }
}
