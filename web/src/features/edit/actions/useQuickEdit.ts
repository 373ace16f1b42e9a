import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { GenerateImageInput } from '../../../graphql/generated/operations'
import { useStudio } from '../../../studio/StudioContext'
import { showToast } from '../../../ui/toast/toastQueue'
import { submitErrors } from '../panel/editErrors'

/** Return a function that submits an edit without settings, and shows the Create page. */
export function useQuickEdit(): (input: Omit<GenerateImageInput, 'clientRequestId'>) => void {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { outbox } = useStudio()
  return useCallback(
    async (input) => {
      navigate('/')
      const outcome = await outbox.submit(input)
      if (outcome.kind === 'accepted') return
      const [error] = submitErrors(outcome, t)
      showToast(error?.message ?? t('error.server'))
    },
    [navigate, outbox, t],
  )
}
