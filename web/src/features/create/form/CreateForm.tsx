import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { useStudio } from '../../../studio/StudioContext'
import { Button, buttonClass } from '../../../ui/Button'
import { Field } from '../../../ui/Field'
import { type Settings, toGenerateInput } from '../../generations/settings'
import { useLatestSeed } from '../../generations/useLatestSeed'
import { GridPreview } from '../../grids/preview/GridPreview'
import { useGridRequest } from '../../grids/preview/useGridRequest'
import { LiveDraftCard } from '../liveDraft/LiveDraftCard'
import { useLiveDraft } from '../liveDraft/useLiveDraft'
import { NotifySwitch } from '../notifications/NotifySwitch'
import { useFileImport } from '../recall/useFileImport'
import { usePaste } from '../recall/usePaste'
import { AdvancedSettings } from './AdvancedSettings'
import { CostAndQuota } from './CostAndQuota'
import styles from './CreateForm.module.css'
import { errorFor, FIELD_LABELS, type FieldError, revealError, toFieldErrors } from './fieldErrors'
import { ModelField } from './ModelField'
import { PromptField } from './PromptField'
import { addToPromptHistory } from './promptHistory'
import { SizeField } from './SizeField'
import { useImportUndo } from './useImportUndo'
import { useSettings } from './useSettings'

const SUBMIT_SHORTCUT = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘ Enter' : 'Ctrl Enter'

/** The form that submits a generation request. */
export function CreateForm({ models }: { models: [Model, ...Model[]] }) {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const { outbox } = useStudio()
  const latestSeed = useLatestSeed()
  const { settings, model, change: changeSettings, chooseModel } = useSettings(models)
  const [sending, setSending] = useState<'create.sending' | 'create.resending' | null>(null)
  const [fieldErrors, setFieldErrors] = useState<FieldError[]>([])
  const [acceptedCount, setAcceptedCount] = useState(0)
  const grid = useGridRequest(settings, model)
  const liveDraft = useLiveDraft({ ...settings, prompt: grid.firstPrompt }, model)
  const [refusals, setRefusals] = useState(0)
  const onPaste = usePaste(models, model)
  const importFiles = useFileImport()
  useImportUndo()
  const form = useRef<HTMLFormElement>(null)
  const hint = useId()
  const isEmpty = settings.prompt.trim() === ''

  const change = (changed: Partial<Settings>) => {
    setFieldErrors(fieldErrors.filter(({ field }) => field === null || !(field in changed)))
    changeSettings(changed)
  }
  useEffect(() => {
    if (refusals > 0 && form.current) revealError(form.current)
  }, [refusals])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isEmpty || sending) return
    setSending('create.sending')
    setFieldErrors([])
    addToPromptHistory(settings.prompt.trim())
    if (grid.isGrid) return grid.send(liveDraft.seed).finally(() => setSending(null))
    // Reuse the seed of the visible draft, so that the result matches it.
    const seed = settings.seed ?? liveDraft.seed
    const request = { ...settings, prompt: grid.firstPrompt, seed }
    const outcome = await outbox.submit(toGenerateInput(request), () =>
      setSending('create.resending'),
    )
    setSending(null)
    setFieldErrors(toFieldErrors(outcome, t))
    if (outcome.kind !== 'accepted') return setRefusals(refusals + 1)
    setAcceptedCount(acceptedCount + 1)
    liveDraft.onSubmitted()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    form.current?.requestSubmit()
  }

  return (
    <form ref={form} className={styles.form} onSubmit={submit} onKeyDown={onKeyDown}>
      <PromptField
        prompt={settings.prompt}
        error={errorFor(fieldErrors, 'prompt')}
        set={(prompt) => change({ prompt })}
        onPaste={onPaste}
      />
      <div className={styles.submit}>
        <Button
          type="submit"
          variant="primary"
          disabled={isEmpty || sending !== null || grid.refusals.length > 0}
          aria-describedby={hint}
        >
          {t(sending ?? 'create.submit')}
        </Button>
        <span id={hint} className={styles.hint}>
          {t('create.submitHint', { keys: SUBMIT_SHORTCUT })}
        </span>
      </div>
      {fieldErrors.map(({ field, message }) => (
        <p key={`${field}: ${message}`} role="alert" className={styles.alert}>
          {field === null ? message : `${t(FIELD_LABELS[field])}: ${message}`}
        </p>
      ))}
      {!grid.isGrid && (
        <CostAndQuota model={model} count={settings.count} acceptedCount={acceptedCount} />
      )}
      <GridPreview grid={grid} model={model} count={settings.count} seed={settings.seed} />
      {settings.parentId !== null && (
        <p className={styles.parent}>
          {t('create.fromParent')}
          <Button size="small" variant="plain" onClick={() => change({ parentId: null })}>
            {t('create.clearParent')}
          </Button>
        </p>
      )}
      <LiveDraftCard liveDraft={liveDraft} />
      <ModelField
        models={models}
        model={model}
        prompt={settings.prompt}
        error={errorFor(fieldErrors, 'model')}
        choose={chooseModel}
      />
      {model.styles.length > 0 && (
        <Field label={t('create.style')} error={errorFor(fieldErrors, 'style')}>
          {(control) => (
            <select
              {...control}
              value={settings.style ?? ''}
              onChange={(event) => change({ style: event.target.value || null })}
            >
              <option value="">{t('create.noStyle')}</option>
              {model.styles.map((style) => (
                <option key={style.id} value={style.id}>
                  {translate(style.name)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <SizeField model={model} settings={settings} change={change} />
      <AdvancedSettings
        model={model}
        settings={settings}
        change={change}
        lastSeed={liveDraft.seed ?? latestSeed}
        fieldErrors={fieldErrors}
      />
      <NotifySwitch />
      <label className={`${buttonClass({ size: 'small' })} ${styles.file}`}>
        {t('create.dropButton')}
        <input
          type="file"
          accept="image/png,image/jpeg,image/webp"
          className="visually-hidden"
          onChange={(event) => {
            void importFiles([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </label>
    </form>
  )
}
