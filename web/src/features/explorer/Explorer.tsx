import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import type { Fetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import type { GraphQLSchema } from 'graphql'
import 'graphiql/style.css'
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { withBasePath } from '../../app/basePath'
import type { TokenSource } from '../../graphql/client/tokenSource'
import { Button, buttonClass } from '../../ui/Button'
import { controlClass } from '../../ui/Field'
import styles from './Explorer.module.css'
import { EXAMPLES, type Example, variablesOf } from './examples'
import { explorerStorage } from './explorerStorage'

const INITIAL_TABS = ['viewer', 'generationUpdated', 'generateImage']

function toTab({ name, query }: Example) {
  return { query, variables: variablesOf(name) }
}

const DEFAULT_TABS = INITIAL_TABS.flatMap((name) =>
  EXAMPLES.filter((example) => example.name === name),
).map(toTab)

/** GraphiQL with the user's token. */
export function Explorer({
  fetcher,
  tokens,
  signIn,
  schema,
  theme,
}: {
  fetcher: Fetcher
  tokens: TokenSource
  /** Sign in with a pasted token. Null if users sign in on the main page. */
  signIn: ((token: string) => boolean) | null
  /** Undefined: GraphiQL requests the schema from the server. */
  schema: GraphQLSchema | undefined
  theme: 'light' | 'dark' | undefined
}) {
  const [example, setExample] = useState<Example | null>(null)
  return (
    <div className={styles.page}>
      <Toolbar tokens={tokens} signIn={signIn} open={setExample} />
      <main className={styles.graphiql}>
        <GraphiQL
          fetcher={fetcher}
          storage={explorerStorage}
          defaultTabs={DEFAULT_TABS}
          {...(schema ? { schema } : {})}
          {...(theme ? { forcedTheme: theme } : {})}
        >
          <GraphiQL.Logo>
            <OpenInTab example={example} onOpened={() => setExample(null)} />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </div>
  )
}

function Toolbar({
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
      <a className={buttonClass({ size: 'small' })} href={withBasePath('/')}>
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
      {state !== 'signed-in' && !signIn && (
        <a href={withBasePath('/')}>{t('signIn.titleSignedOut')}</a>
      )}
    </header>
  )
}

function TokenForm({ signIn }: { signIn: (token: string) => boolean }) {
  const { t } = useTranslation()
  const [token, setToken] = useState('')
  const [isInvalid, setIsInvalid] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const accepted = signIn(token)
    setIsInvalid(!accepted)
    // GraphiQL could not load the schema without a token.
    if (accepted) window.location.reload()
  }
  return (
    <form className={styles.token} onSubmit={submit}>
      <input
        className={controlClass}
        aria-label={t('signIn.field')}
        aria-invalid={isInvalid || undefined}
        placeholder={t('explorer.signedOut')}
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <Button type="submit" size="small">
        {t('signIn.submit')}
      </Button>
      {isInvalid && <span role="alert">{t('signIn.invalid')}</span>}
    </form>
  )
}

/** Open the example in a new tab. Renders nothing, but must be inside GraphiQL to use its store. */
function OpenInTab({ example, onOpened }: { example: Example | null; onOpened: () => void }) {
  const { addTab } = useGraphiQLActions()
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  useEffect(() => {
    // The editor may not have loaded yet. The effect runs again then.
    if (example === null || !queryEditor) return
    addTab()
    queryEditor.setValue(example.query)
    variableEditor?.setValue(variablesOf(example.name))
    onOpened()
  }, [example, addTab, queryEditor, variableEditor, onOpened])
  return null
}
