import { useCallback, useSyncExternalStore } from 'react'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { fitToModel, type Settings, switchModel } from '../../generations/settings'

export interface SettingsForm {
  settings: Settings
  model: Model
  change(change: Partial<Settings>): void
  chooseModel(id: string): void
}

/** Read the form's settings, adjusted to the limits of the selected model. */
export function useSettings(models: readonly [Model, ...Model[]]): SettingsForm {
  const { form } = useStudio()
  const stored = useSyncExternalStore(form.subscribe, form.get)
  const model = models.find((candidate) => candidate.id === stored.model) ?? models[0]
  const settings = fitToModel(model, stored)

  const change = useCallback(
    (changed: Partial<Settings>) => form.set({ ...form.get(), model: model.id, ...changed }),
    [form, model.id],
  )
  const chooseModel = (id: string) => {
    const next = models.find((candidate) => candidate.id === id)
    if (next) form.set(switchModel(next, settings))
  }
  return { settings, model, change, chooseModel }
}
