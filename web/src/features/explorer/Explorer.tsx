import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import type { Fetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import 'graphiql/style.css'
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { TokenSource } from '../../graphql/client/tokenSource'
import { Button, buttonClass } from '../../ui/Button'
import { controlClass } from '../../ui/Field'
import styles from './Explorer.module.css'
import { EXAMPLES, type Example, variablesOf } from './examples'
import { explorerStorage } from './explorerStorage'

const FIRST = ['viewer', 'generationUpdated', 'generateImage']

function asTab({ name, query }: Example) {
  return { query, variables: variablesOf(name) }
}

const TABS = FIRST.flatMap((name) => EXAMPLES.filter((example) => example.name === name)).map(asTab)

/** GraphiQL for the signed-in person. */
export function Explorer({
  fetcher,
  tokens,
  signIn,
  theme,
}: {
  fetcher: Fetcher
  tokens: TokenSource
  /** Takes a pasted token; null where forms on the studio's own page sign people in. */
  signIn: ((token: string) => boolean) | null
  theme: 'light' | 'dark' | undefined
}) {
  const [example, setExample] = useState<Example | null>(null)
  return (
    <div className={styles.page}>
      <Bar tokens={tokens} signIn={signIn} open={setExample} />
      <main className={styles.graphiql}>
        <GraphiQL
          fetcher={fetcher}
          storage={explorerStorage}
          defaultTabs={TABS}
          {...(theme ? { forcedTheme: theme } : {})}
        >
          <GraphiQL.Logo>
            <OpenInTab example={example} opened={() => setExample(null)} />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </div>
  )
}

function Bar({
  tokens,
  signIn,
  open,
}: {
  tokens: TokenSource
  signIn: ((token: string) => boolean) | null
  open: (example: Example | null) => void
}) {
  const { t } = useTranslation()
  const state = useSyncExternalStore(tokens.onState, tokens.state)
  return (
    <header className={styles.bar}>
      <a className={buttonClass({ size: 'small' })} href="/">
        {t('explorer.back')}
      </a>
      <h1 className="visually-hidden">{t('explorer.title')}</h1>
      <select
        className={controlClass}
        aria-label={t('explorer.examples')}
        value=""
        onChange={(event) => {
          open(EXAMPLES.find((example) => example.name === event.target.value) ?? null)
        }}
      >
        <option value="">{t('explorer.openExample')}</option>
        {EXAMPLES.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {state === 'signed-in' && <span className={styles.state}>{t('explorer.signedIn')}</span>}
      {state !== 'signed-in' && signIn && <TokenForm signIn={signIn} />}
      {state !== 'signed-in' && !signIn && <a href="/">{t('signIn.titleSignedOut')}</a>}
    </header>
  )
}

function TokenForm({ signIn }: { signIn: (token: string) => boolean }) {
  const { t } = useTranslation()
  const [token, setToken] = useState('')
  const [refused, setRefused] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const accepted = signIn(token)
    setRefused(!accepted)
    // The schema could not be read without a token: begin anew with it.
    if (accepted) window.location.reload()
  }
  return (
    <form className={styles.token} onSubmit={submit}>
      <input
        className={controlClass}
        aria-label={t('signIn.field')}
        aria-invalid={refused || undefined}
        placeholder={t('explorer.signedOut')}
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <Button type="submit" size="small">
        {t('signIn.submit')}
      </Button>
      {refused && <span role="alert">{t('signIn.invalid')}</span>}
    </form>
  )
}

/** Lives inside of GraphiQL, where its store can be reached, and shows nothing. */
function OpenInTab({ example, opened }: { example: Example | null; opened: () => void }) {
  const { addTab } = useGraphiQLActions()
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  useEffect(() => {
    // Chosen before the editor is there, it waits for it.
    if (example === null || !queryEditor) return
    addTab()
    queryEditor.setValue(example.query)
    variableEditor?.setValue(variablesOf(example.name))
    opened()
  }, [example, addTab, queryEditor, variableEditor, opened])
  return null
}
