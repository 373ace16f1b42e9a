import type { Model } from '../../../graphql/generation'
import { fitTo, type Settings } from '../settings'
import type { Recalled } from './recalled'

/** Fits what was recalled to a model on offer, and names all that did not survive it. */
export function applyRecalled(
  recalled: Recalled,
  models: readonly Model[],
  current: Model,
): { settings: Settings; ignored: string[] } {
  const wanted = recalled.settings
  const named = models.find(({ id, name }) => id === wanted.model || name === wanted.model)
  const settings = fitTo(named ?? current, wanted)
  const changed = (['width', 'height', 'steps', 'guidanceScale', 'style'] as const)
    .filter((name) => wanted[name] !== undefined && wanted[name] !== settings[name])
    .map((name) => `${name} ${wanted[name]}`)
  const model = wanted.model !== undefined && !named ? [`model ${wanted.model}`] : []
  return { settings, ignored: [...recalled.ignored, ...model, ...changed] }
}
