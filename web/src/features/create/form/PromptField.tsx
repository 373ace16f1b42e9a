import { type ClipboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { controlClass, Field } from '../../../ui/Field'
import styles from './CreateForm.module.css'
import { promptHistory } from './promptHistory'

const MAX_LABEL_LENGTH = 60

function truncate(prompt: string): string {
  return prompt.length > MAX_LABEL_LENGTH ? `${prompt.slice(0, MAX_LABEL_LENGTH)}…` : prompt
}

/** The prompt input with a menu of recent prompts. */
export function PromptField({
  prompt,
  error,
  set,
  onPaste,
}: {
  prompt: string
  error: string | undefined
  set: (prompt: string) => void
  onPaste: (event: ClipboardEvent<HTMLTextAreaElement>) => void
}) {
  const { t } = useTranslation()
  // Read again on focus, because the history is in browser storage and not in React state.
  const [history, setHistory] = useState(promptHistory)
  return (
    <div className={styles.promptField}>
      <Field label={t('create.prompt')} error={error}>
        {(control) => (
          <textarea
            {...control}
            className={`${controlClass} ${styles.prompt}`}
            placeholder={t('create.promptHint')}
            rows={3}
            value={prompt}
            onChange={(event) => set(event.target.value)}
            onPaste={onPaste}
          />
        )}
      </Field>
      {history.length > 0 && (
        <select
          className={styles.history}
          aria-label={t('create.promptHistory')}
          value=""
          onFocus={() => setHistory(promptHistory())}
          onChange={(event) => set(history[Number(event.target.value)] ?? prompt)}
        >
          <option value="">{t('create.promptHistory')}</option>
          {history.map((each, index) => (
            <option key={each} value={index}>
              {truncate(each)}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}
