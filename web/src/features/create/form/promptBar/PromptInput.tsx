import { useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { usePaste } from '../../recall/usePaste'
import { useCreateForm } from '../CreateFormContext'
import styles from './PromptInput.module.css'

const GROWS_BY_ITSELF = globalThis.CSS?.supports?.('field-sizing', 'content') ?? false

/** The prompt. It grows with its text from one to eight lines. */
export function PromptInput({ errorId }: { errorId: string }) {
  const { t } = useTranslation()
  const { models, model, settings, change, errorOf } = useCreateForm()
  const onPaste = usePaste(models, model)
  const input = useRef<HTMLTextAreaElement>(null)
  const { prompt } = settings
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the prompt.
  useLayoutEffect(() => {
    const field = input.current
    if (GROWS_BY_ITSELF || field === null) return
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }, [prompt])
  const refused = errorOf('prompt') !== undefined
  return (
    <div className={styles.field} data-field="prompt">
      <textarea
        ref={input}
        data-main-field
        className={styles.prompt}
        aria-label={t('create.prompt')}
        aria-invalid={refused ? true : undefined}
        aria-describedby={refused ? errorId : undefined}
        placeholder={t('create.promptHint')}
        rows={1}
        value={prompt}
        onChange={(event) => change({ prompt: event.target.value })}
        onPaste={onPaste}
      />
    </div>
  )
}
