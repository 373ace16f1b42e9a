import { type FormEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { Button } from '../../../ui/Button'
import { Select } from '../../../ui/controls/Select'
import { SliderField } from '../../../ui/controls/SliderField'
import { controlClass, Field } from '../../../ui/Field'
import { Segmented } from '../../../ui/Segmented'
import { CostAndQuota } from '../../create/form/promptBar/CostAndQuota'
import { revealError } from '../../create/form/revealField'
import type { EditSource } from '../source/editSource'
import styles from './EditPanel.module.css'
import { errorOf } from './editErrors'
import { availableOperations, type EditForm, modelsFor } from './editForm'
import { OperationFields } from './OperationFields'
import type { EditSubmit } from './useEditSubmit'

/** The settings of the edit, and the button that submits it. */
export function EditPanel({
  source,
  models,
  form,
  model,
  change,
  submission: { step, errors, clearErrors, submit },
}: {
  source: EditSource
  models: readonly Model[]
  form: EditForm
  model: Model
  change: (changed: Partial<EditForm>) => void
  submission: EditSubmit
}) {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const element = useRef<HTMLFormElement>(null)
  const { operation, count } = form
  const scales = operation === 'UPSCALE'

  useEffect(() => {
    if (errors.length > 0 && element.current) revealError(element.current)
  }, [errors])

  const set = (changed: Partial<EditForm>) => {
    clearErrors(changed)
    change(changed)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void submit(form, model)
  }

  return (
    <form
      ref={element}
      id="edit-form"
      className={styles.panel}
      aria-label={t('edit.settings')}
      onSubmit={onSubmit}
    >
      <div className={styles.source}>
        <span>
          {t('edit.source')} {source.width} × {source.height}
        </span>
        <Link href="/edit">{t('edit.changeSource')}</Link>
      </div>
      {errorOf(errors, 'source') && <p className={styles.error}>{errorOf(errors, 'source')}</p>}
      <div className={styles.operations}>
        <Segmented
          label={t('edit.operation')}
          options={availableOperations(models).map((value) => ({
            value,
            label: t(`edit.operations.${value}`),
          }))}
          value={operation}
          set={(value) => set({ operation: value })}
        />
        <p className={styles.hint}>{t(`edit.hints.${operation}`)}</p>
        {errorOf(errors, 'operation') && (
          <p className={styles.error}>{errorOf(errors, 'operation')}</p>
        )}
      </div>
      {operation !== 'UPSCALE' && (
        <Field label={t('create.prompt')} error={errorOf(errors, 'prompt')}>
          {(control) => (
            <textarea
              {...control}
              className={`${controlClass} ${styles.prompt}`}
              rows={3}
              placeholder={t(`edit.promptHints.${operation}`)}
              value={form.prompt}
              onChange={(event) => set({ prompt: event.target.value })}
            />
          )}
        </Field>
      )}
      <div className={styles.submit}>
        <Button type="submit" variant="primary" disabled={step !== null}>
          {t(step ?? 'edit.submit')}
        </Button>
        {errors.map(({ field, message, retryable }) => (
          <div key={`${field}: ${message}`} role="alert" className={styles.alert}>
            {field === null ? message : `${t(`edit.fields.${field}`)}: ${message}`}
            {retryable && (
              <Button type="submit" size="small">
                {t('app.tryAgain')}
              </Button>
            )}
          </div>
        ))}
        <CostAndQuota model={model} count={scales ? 1 : count} acceptedCount={0} />
      </div>
      <OperationFields source={source} form={form} model={model} errors={errors} change={set} />
      <Select
        label={t('create.model')}
        error={errorOf(errors, 'model')}
        options={modelsFor(operation, models).map(({ id, name }) => ({
          value: id,
          label: translate(name),
        }))}
        value={model.id}
        set={(value) => set({ model: value })}
      />
      {!scales && model.limits.count.max > 1 && (
        <SliderField
          label={t('create.count')}
          value={count}
          range={model.limits.count}
          error={errorOf(errors, 'count')}
          set={(value) => set({ count: value })}
        />
      )}
    </form>
  )
}
