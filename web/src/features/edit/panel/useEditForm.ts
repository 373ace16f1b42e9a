import { useState } from 'react'
import type { Model } from '../../../graphql/store/generation'
import { readPersonal, writePersonal } from '../../account/personalStorage'
import type { EditSource } from '../source/editSource'
import { type EditForm, fitForm } from './editForm'

const NAME = 'edit'

/** Return the stored values if they belong to this source. */
function storedForm(key: string): Partial<EditForm> | null {
  const stored = readPersonal(NAME)
  if (!(stored instanceof Object) || !('key' in stored) || !('form' in stored)) return null
  return stored.key === key ? (stored.form as Partial<EditForm>) : null
}

function initialForm(source: EditSource): Partial<EditForm> {
  const stored = storedForm(source.key)
  if (stored || source.kind === 'file') return stored ?? {}
  const { prompt, model } = source.generation
  return { prompt, model }
}

/** Return the panel's values, adjusted to the models. They survive a reload. */
export function useEditForm(models: readonly Model[], source: EditSource) {
  const [requested, setRequested] = useState(() => initialForm(source))
  const fitted = fitForm(models, source, requested)
  const change = (changed: Partial<EditForm>) => {
    // Strength and feather start from the defaults of the new operation.
    const reset = 'operation' in changed ? { strength: null, maskFeather: null } : {}
    const form = { ...requested, ...reset, ...changed }
    setRequested(form)
    writePersonal(NAME, { key: source.key, form })
  }
  return { fitted, change }
}
