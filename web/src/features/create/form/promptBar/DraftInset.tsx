import { useTranslation } from 'react-i18next'
import type { LiveDraft } from '../../liveDraft/useLiveDraft'
import styles from './DraftInset.module.css'

/** The live draft, as a small image beside the prompt. It grows under the pointer. */
export function DraftInset({ liveDraft: { draft, isCurrent } }: { liveDraft: LiveDraft }) {
  const { t } = useTranslation()
  if (draft === null) return null
  return (
    <img
      className={styles.draft}
      data-current={isCurrent}
      src={draft.dataUrl}
      alt={t('create.draftAlt', { prompt: draft.prompt })}
      width={draft.width}
      height={draft.height}
    />
  )
}
