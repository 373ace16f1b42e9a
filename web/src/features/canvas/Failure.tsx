import { useTranslation } from 'react-i18next'
import type { Generation } from '../../graphql/store/generation'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { useGenerationActions } from '../generations/useGenerationActions'

/** Why a generation has no images. */
export default function Failure({
  generation: { id, status, failure, trashedAt },
  onRetry,
}: {
  generation: Generation
  /** Called after the request was repeated. */
  onRetry: () => void
}) {
  const { t } = useTranslation()
  const { retry } = useGenerationActions()
  return (
    <Notice title={t(status === 'FAILED' ? 'queue.failed' : 'queue.canceled')}>
      {failure && <p>{t(`failure.${failure.code}`)}</p>}
      {failure && <p>{failure.message}</p>}
      {trashedAt === null && (
        <Button onClick={() => void retry(id).then(onRetry)}>{t('queue.retry')}</Button>
      )}
    </Notice>
  )
}
