import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../app/StudioContext'
import type { Model } from '../../graphql/generation'
import { Button } from '../../ui/Button'
import { controlClass, Field } from '../../ui/Field'
import { AdvancedSettings } from './AdvancedSettings'
import styles from './CreateForm.module.css'
import { type Complaint, complaintAbout, complaintsOf } from './complaints'
import { rememberPrompt } from './draft'
import { ModelField } from './ModelField'
import { SizeField } from './SizeField'
import { toInput } from './settings'
import { useSettings } from './useSettings'

const KEYS = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘ Enter' : 'Ctrl Enter'

export function CreateForm({ models }: { models: [Model, ...Model[]] }) {
  const { t } = useTranslation()
  const { outbox } = useStudio()
  const { settings, model, change, chooseModel } = useSettings(models)
  const [sending, setSending] = useState<'sending' | 'resending' | null>(null)
  const [complaints, setComplaints] = useState<Complaint[]>([])
  const form = useRef<HTMLFormElement>(null)
  const hint = useId()
  const empty = settings.prompt.trim() === ''

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (empty || sending) return
    setSending('sending')
    setComplaints([])
    rememberPrompt(settings.prompt.trim())
    const outcome = await outbox.submit(toInput(settings), () => setSending('resending'))
    setSending(null)
    setComplaints(complaintsOf(outcome, t))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    form.current?.requestSubmit()
  }

  const general = complaints.filter((complaint) => complaint.field === null)
  return (
    <form ref={form} className={styles.form} onSubmit={submit} onKeyDown={onKeyDown}>
      <Field label={t('create.prompt')} error={complaintAbout(complaints, 'prompt')}>
        {(control) => (
          <textarea
            {...control}
            className={`${controlClass} ${styles.prompt}`}
            placeholder={t('create.promptHint')}
            maxLength={model.limits.promptCharacters}
            rows={3}
            value={settings.prompt}
            onChange={(event) => change({ prompt: event.target.value })}
          />
        )}
      </Field>
      <div className={styles.submit}>
        <Button
          type="submit"
          look="accent"
          disabled={empty || sending !== null}
          aria-describedby={hint}
        >
          {sending === null ? t('create.submit') : t(`create.${sending}`)}
        </Button>
        <span id={hint} className={styles.hint}>
          {t('create.submitHint', { keys: KEYS })}
        </span>
      </div>
      {general.map(({ message }) => (
        <p key={message} role="alert" className={styles.alert}>
          {message}
        </p>
      ))}
      <ModelField models={models} model={model} choose={chooseModel} />
      {model.styles.length > 0 && (
        <Field label={t('create.style')} error={complaintAbout(complaints, 'style')}>
          {(control) => (
            <select
              {...control}
              value={settings.style ?? ''}
              onChange={(event) => change({ style: event.target.value || null })}
            >
              <option value="">{t('create.noStyle')}</option>
              {model.styles.map((style) => (
                <option key={style.id} value={style.id}>
                  {style.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <SizeField model={model} settings={settings} change={change} />
      <AdvancedSettings model={model} settings={settings} change={change} complaints={complaints} />
    </form>
  )
}
