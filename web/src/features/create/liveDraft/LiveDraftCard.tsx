import { useTranslation } from 'react-i18next'
import { Switch } from '../../../ui/Field'
import styles from './LiveDraftCard.module.css'
import type { LiveDraftState } from './useLiveDraft'

export function LiveDraftCard({ drafts }: { drafts: LiveDraftState }) {
  const { t } = useTranslation()
  if (!drafts.offered) return null
  const { on, turn, draft } = drafts
  return (
    <div className={styles.card}>
      <Switch label={t('create.draftOn')} checked={on} set={turn} />
      {draft && (
        <figure className={styles.draft}>
          <img
            src={draft.dataUrl}
            alt={t('create.draftAlt', { prompt: draft.prompt })}
            width={draft.width}
            height={draft.height}
          />
          <figcaption>{t('create.draftNote')}</figcaption>
        </figure>
      )}
    </div>
  )
}
