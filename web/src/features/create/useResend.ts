import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Studio } from '../../studio/openStudio'
import { showToast } from '../../ui/toast/toastQueue'
import { isNetworkError } from '../generations/outbox'
import { toFieldErrors } from './form/fieldErrors'

/**
 * Send stored requests again at the start and after a reconnect. If one is refused now, say why and
 * offer its prompt, because the request is not stored any longer. Grids show their refusals themselves.
 */
export function useResend(studio: Studio | null): void {
  const { t } = useTranslation()
  useEffect(() => {
    if (studio === null) return
    const { outbox, grids, form } = studio
    const isInGrid = (key: string) =>
      grids.all().some(({ cells }) => cells.some((cell) => cell.clientRequestId === key))
    const resend = async () => {
      for (const { request, outcome } of await outbox.resend()) {
        const { prompt } = request.input
        if (isNetworkError(outcome) || isInGrid(request.clientRequestId)) continue
        for (const { message } of toFieldErrors(outcome, t)) {
          showToast(t('create.resentRefused', { prompt, reason: message }), {
            label: t('create.reusePrompt'),
            run: () => {
              form.set({ ...form.get(), prompt })
              window.location.hash = '#/'
            },
          })
        }
      }
    }
    void resend()
    window.addEventListener('online', resend)
    return () => window.removeEventListener('online', resend)
  }, [studio, t])
}
