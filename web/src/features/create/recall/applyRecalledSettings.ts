import type { Model } from '../../../graphql/store/generation'
import { fitSize, fitToModel, type Settings } from '../../generations/settings'
import type { RecalledSettings } from './recalledSettings'

/** A recalled value that the selected model or the API does not support. */
export interface Change {
  field: 'model' | 'style' | 'size' | 'steps' | 'guidance' | 'count' | 'seed' | 'negativePrompt'
  from: string
  /** The value that is used instead. Null if there is none. */
  to: string | null
}

const text = ({ width, height }: { width: number; height: number }) => `${width} × ${height}`

/**
 * Adjust recalled settings to an available model, and list the values that had to change. Values that
 * were not recalled keep their `current` value.
 */
export function applyRecalledSettings(
  recalled: RecalledSettings,
  models: readonly Model[],
  current: Settings,
): { settings: Settings; ignored: string[]; changes: Change[] } {
  const { model: requestedModel, ...named } = recalled.settings
  const model =
    models.find(({ id, name }) => id === requestedModel || name === requestedModel) ??
    models.find(({ id }) => id === current.model)
  if (model === undefined) throw new Error(`models must contain ${current.model}.`)
  const requested = { ...current, ...named, model: model.id }
  const settings = fitToModel(model, { ...requested, ...fitSize(model, requested) })

  const changes: Change[] = []
  const add = (field: Change['field'], from: unknown, to: unknown) => {
    if (from !== to)
      changes.push({ field, from: String(from), to: to === null ? null : String(to) })
  }
  if (requestedModel && requestedModel !== model.id && requestedModel !== model.name)
    add('model', requestedModel, null)
  add('size', text(requested), text(settings))
  add('steps', requested.steps, settings.steps)
  add('guidance', requested.guidanceScale, settings.guidanceScale)
  add('count', requested.count, settings.count)
  add('style', requested.style, settings.style)
  if (recalled.largeSeed !== undefined) add('seed', recalled.largeSeed, settings.seed)
  if (!model.usesGuidance) {
    if (named.negativePrompt) add('negativePrompt', '', null)
    if (named.guidanceScale !== undefined) add('guidance', named.guidanceScale, null)
  }
  return { settings, ignored: recalled.ignored, changes }
}
