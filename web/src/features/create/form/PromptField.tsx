import { type ClipboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { controlClass, Field } from '../../../ui/Field'
import styles from './CreateForm.module.css'
import { promptHistory } from './promptHistory'

const SHOWN = 60

function shortened(prompt: string): string {
  return prompt.length > SHOWN ? `${prompt.slice(0, SHOWN)}…` : prompt
}

export function PromptField({
  prompt,
  longest,
  error,
  set,
  onPaste,
}: {
  prompt: string
  longest: number
  error: string | undefined
  set: (prompt: string) => void
  onPaste: (event: ClipboardEvent<HTMLTextAreaElement>) => void
}) {
  const { t } = useTranslation()
  // Read when the menu is opened: it lives in the browser's storage, not in React.
  const [past, setPast] = useState(promptHistory)
  return (
    <div className={styles.promptField}>
      <Field label={t('create.prompt')} error={error}>
        {(control) => (
          <textarea
            {...control}
            className={`${controlClass} ${styles.prompt}`}
            placeholder={t('create.promptHint')}
            maxLength={longest}
            rows={3}
            value={prompt}
            onChange={(event) => set(event.target.value)}
            onPaste={onPaste}
          />
        )}
      </Field>
      {past.length > 0 && (
        <select
          className={styles.past}
          aria-label={t('create.pastPrompts')}
          value=""
          onFocus={() => setPast(promptHistory())}
          onChange={(event) => set(past[Number(event.target.value)] ?? prompt)}
        >
          <option value="">{t('create.pastPrompts')}</option>
          {past.map((each, index) => (
            <option key={each} value={index}>
              {shortened(each)}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}
