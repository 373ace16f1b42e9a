import type { Model } from '../../../graphql/store/generation'
import { fitToModel, type Settings } from '../../generations/settings'
import type { RecalledSettings } from './recalledSettings'

/** Adjust recalled settings to an available model, and list the values that had to change. */
export function applyRecalledSettings(
  recalled: RecalledSettings,
  models: readonly Model[],
  current: Model,
): { settings: Settings; ignored: string[] } {
  const requested = recalled.settings
  const named = models.find(({ id, name }) => id === requested.model || name === requested.model)
  const settings = fitToModel(named ?? current, requested)
  const changed = (['width', 'height', 'steps', 'guidanceScale', 'style'] as const)
    .filter((name) => requested[name] !== undefined && requested[name] !== settings[name])
    .map((name) => `${name} ${requested[name]}`)
  const model = requested.model !== undefined && !named ? [`model ${requested.model}`] : []
  return { settings, ignored: [...recalled.ignored, ...model, ...changed] }
}
