import type { FieldName } from '../fieldErrors'

/** The pickers of the prompt bar, in their order. */
export const PICKERS = ['model', 'size', 'style', 'count', 'seed'] as const
export type Picker = (typeof PICKERS)[number]

/** The picker that contains a field. The other fields are in the controls panel only. */
export const PICKER_OF: Partial<Record<FieldName, Picker>> = {
  model: 'model',
  style: 'style',
  width: 'size',
  height: 'size',
  count: 'count',
  seed: 'seed',
}
