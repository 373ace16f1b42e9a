import { ArrowUp, X } from 'lucide-react'
import { type FormEvent, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../../ui/Button'
import { deferredPart } from '../../../../ui/deferredPart'
import { GridPreview } from '../../../grids/preview/GridPreview'
import { useCreateForm } from '../CreateFormContext'
import { FIELD_LABELS } from '../fieldErrors'
import { SUBMIT_SHORTCUT, submitOnShortcut } from '../submitShortcut'
import { CostAndQuota } from './CostAndQuota'
import { DraftInset } from './DraftInset'
import styles from './PromptBar.module.css'
import { PromptHistory } from './PromptHistory'
import { PromptInput } from './PromptInput'
import { useExpanded } from './useExpanded'
import { useOnline } from './useOnline'

const DemonstrationStrip = deferredPart(() =>
  import('../../tools').then((tools) => tools.DemonstrationStrip),
)
const PickerChips = deferredPart(() => import('../../tools').then((tools) => tools.PickerChips))
const LanguageNotice = deferredPart(() =>
  import('../../tools').then((tools) => tools.LanguageNotice),
)

/** The prompt with its settings as chips, the draft, and the Create button. */
export function PromptBar() {
  const { t } = useTranslation()
  const form = useCreateForm()
  const { model, settings, change, liveDraft, grid, fieldErrors, acceptedCount } = form
  const bar = useRef<HTMLFormElement>(null)
  const isExpanded = useExpanded(bar) || form.openPicker !== null
  const isOnline = useOnline()
  const hint = useId()
  const errors = useId()
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void form.submit()
  }
  return (
    <form
      ref={bar}
      className={styles.bar}
      aria-label={t('create.bar')}
      data-expanded={isExpanded}
      data-refused={fieldErrors.length > 0}
      data-offline={!isOnline}
      onSubmit={onSubmit}
      onKeyDown={submitOnShortcut(form.submit)}
    >
      <div id={errors} className={styles.errors}>
        {fieldErrors.map(({ field, message }) => (
          <p key={`${field}: ${message}`} role="alert" className={styles.alert}>
            {field === null ? message : `${t(FIELD_LABELS[field])}: ${message}`}
          </p>
        ))}
      </div>
      <div className={styles.notices}>
        <DemonstrationStrip />
        <LanguageNotice className={styles.note} />
      </div>
      <div className={styles.prompt}>
        <DraftInset liveDraft={liveDraft} />
        <PromptInput errorId={errors} />
      </div>
      <GridPreview grid={grid} model={model} count={settings.count} seed={settings.seed} />
      <div className={styles.actions}>
        <div className={styles.chips}>
          <PickerChips />
          {settings.parentId !== null && (
            <span className={styles.parent}>
              {t('create.fromParent')}
              <Button
                variant="plain"
                size="small"
                icon
                aria-label={t('create.clearParent')}
                onClick={() => change({ parentId: null })}
              >
                <X size={14} aria-hidden />
              </Button>
            </span>
          )}
        </div>
        <PromptHistory choose={(prompt) => change({ prompt })} />
        <Button
          type="submit"
          variant="primary"
          className={styles.create}
          disabled={!form.canSubmit}
          aria-describedby={hint}
        >
          <span>{t(form.sending ?? 'create.submit')}</span>
          <ArrowUp size={18} aria-hidden />
        </Button>
      </div>
      <p className={styles.footer}>
        {liveDraft.draft && (
          <span>{t(liveDraft.isCurrent ? 'create.draftNote' : 'create.draftUpdating')}</span>
        )}
        {!isOnline && <span>{t('create.offline')}</span>}
        {!grid.isGrid && (
          <CostAndQuota model={model} count={settings.count} acceptedCount={acceptedCount} />
        )}
        <span id={hint} className={styles.hint}>
          {t('create.submitHint', { keys: SUBMIT_SHORTCUT })}
        </span>
      </p>
    </form>
  )
}
