import { useTranslation } from 'react-i18next'
import { Switch } from '../../../ui/Field'
import styles from './LiveDraftCard.module.css'
import type { LiveDraft } from './useLiveDraft'

/** The switch for live drafts, and the current draft. */
export function LiveDraftCard({ liveDraft }: { liveDraft: LiveDraft }) {
  const { t } = useTranslation()
  if (!liveDraft.supported) return null
  const { enabled, setEnabled, draft, isCurrent } = liveDraft
  return (
    <div className={styles.card}>
      <Switch label={t('create.draftOn')} checked={enabled} set={setEnabled} />
      {draft && (
        <figure className={styles.draft} data-current={isCurrent}>
          <img
            src={draft.dataUrl}
            alt={t('create.draftAlt', { prompt: draft.prompt })}
            width={draft.width}
            height={draft.height}
          />
          <figcaption>{t(isCurrent ? 'create.draftNote' : 'create.draftUpdating')}</figcaption>
        </figure>
      )}
    </div>
  )
}
