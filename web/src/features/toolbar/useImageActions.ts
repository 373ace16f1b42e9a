import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { useStudio } from '../../studio/StudioContext'
import { showToast } from '../../ui/toast/toastQueue'
import { settingsFromGeneration, toGenerateInput } from '../generations/settings'

/** Return the actions that lead to the Create page, and copying the prompt. */
export function useImageActions(generation: Generation, image: GeneratedImage | undefined) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { form, outbox } = useStudio()
  const settings = settingsFromGeneration(generation)
  return {
    /** Copy all settings to the form. */
    useSettings: () => {
      form.import({ ...settings, seed: image?.seed ?? settings.seed })
      showToast(t('image.settingsUsed'), { label: t('app.undo'), run: () => form.undoImport() })
      navigate('/')
    },
    /** Request the same image with another seed. */
    resubmit: async () => {
      navigate('/')
      const outcome = await outbox.submit(toGenerateInput({ ...settings, seed: null }))
      if (outcome.kind === 'rejected')
        showToast(t(`error.${outcome.errors[0]?.code ?? 'INVALID_INPUT'}`))
      if (outcome.kind === 'failed') showToast(t('error.network'))
    },
    copyPrompt: async () => {
      await navigator.clipboard.writeText(generation.prompt)
      showToast(t('app.copied'))
    },
  }
}
