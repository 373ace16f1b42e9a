import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button'
import { Field } from '../../../ui/Field'
import dialog from '../../../ui/overlays/dialog.module.css'
import type { Board } from '../board'
import type { NamedBoard } from '../boardActions'
import { cleanName, MAX_NAME_CHARACTERS, nameProblem } from '../boardName'
import styles from './dialogs.module.css'

/** A field for the name of a new or renamed board. Names that are refused are explained below it. */
export function BoardNameForm({
  initialName = '',
  autoFocus = false,
  action,
  submit,
  done,
  cancel,
}: {
  initialName?: string
  /** Focus the field. A dialog that opens with the form does this itself. */
  autoFocus?: boolean
  /** Label of the button that submits. */
  action: string
  submit: (name: string) => Promise<NamedBoard>
  done: (board: Board) => void
  cancel: () => void
}) {
  const { t } = useTranslation()
  const [name, setName] = useState(initialName)
  const [error, setError] = useState<string>()
  const [isSending, setIsSending] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  const refuse = (reason: string) => {
    setError(reason)
    input.current?.focus()
  }
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (isSending) return
    const problem = nameProblem(name)
    if (problem) return refuse(t(problem, { max: MAX_NAME_CHARACTERS }))
    setIsSending(true)
    const result = await submit(cleanName(name))
    setIsSending(false)
    if ('error' in result) refuse(result.error)
    else done(result.board)
  }

  return (
    <form className={styles.form} noValidate onSubmit={(event) => void onSubmit(event)}>
      <Field label={t('boards.name')} error={error}>
        {(control) => (
          <input
            {...control}
            ref={input}
            // biome-ignore lint/a11y/noAutofocus: the focus moves to what the user opened
            autoFocus={autoFocus}
            autoComplete="off"
            value={name}
            onFocus={(event) => event.target.select()}
            onChange={(event) => {
              setName(event.target.value)
              setError(undefined)
            }}
          />
        )}
      </Field>
      <div className={dialog.buttons}>
        <Button onClick={cancel}>{t('history.purgeCancel')}</Button>
        {/* Not `disabled`, because the button would lose focus. */}
        <Button type="submit" variant="primary" aria-disabled={isSending}>
          {action}
        </Button>
      </div>
    </form>
  )
}
