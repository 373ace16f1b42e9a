import { useTranslation } from 'react-i18next'
import { useStudio } from '../../studio/StudioContext'
import { showToast } from '../../ui/toast/toastQueue'
import type { Settings } from '../generations/settings'

/** Return a function that puts values into the form, says so, and offers to undo it. */
export function useFact() {
  const { t } = useTranslation()
  const { form } = useStudio()
  return (label: string, values: Partial<Settings>) => {
    const before = form.get()
    form.set({ ...before, ...values })
    showToast(t('image.factUsed', { label }), {
      label: t('app.undo'),
      run: () => form.set(before),
    })
  }
}
