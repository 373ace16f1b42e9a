import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { showToast } from '../../../ui/toast/toastQueue'
import { fitToModel, type Settings } from '../../generations/settings'
import { applyRecalledSettings, type Change } from './applyRecalledSettings'
import type { RecalledSettings } from './recalledSettings'

/** Returns the current values of the form, adjusted to their model. */
export function currentSettings(
  models: readonly [Model, ...Model[]],
  stored: Partial<Settings>,
): Settings {
  return fitToModel(models.find(({ id }) => id === stored.model) ?? models[0], stored)
}

/**
 * Return a function that fills the form with recalled settings. It names everything that was ignored
 * or changed, and offers to undo the import.
 */
export function useSettingsImport() {
  const { t } = useTranslation()
  const { form } = useStudio()
  return useCallback(
    (recalled: RecalledSettings, models: readonly [Model, ...Model[]]) => {
      const current = currentSettings(models, form.get())
      const { settings, ignored, changes } = applyRecalledSettings(recalled, models, current)
      form.import(settings)
      const label = ({ field, from }: Change) => `${t(`create.${field}`)} ${from}`.trim()
      const names = [...ignored, ...changes.filter(({ to }) => to === null).map(label)].join(', ')
      const changed = changes
        .filter(({ to }) => to !== null)
        .map((change) => `${label(change)} → ${change.to}`)
        .join(', ')
      const sentences = [
        t('create.settingsImported'),
        names && t('create.settingsIgnored', { names }),
        changed && t('create.settingsChanged', { changes: changed }),
      ]
      showToast(sentences.filter((sentence) => sentence !== '').join(' '), {
        label: t('app.undo'),
        run: () => form.undoImport(),
      })
    },
    [form, t],
  )
}
