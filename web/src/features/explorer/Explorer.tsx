import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import type { Fetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import type { GraphQLSchema } from 'graphql'
import 'graphiql/style.css'
import { ChevronDown } from 'lucide-react'
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { withBasePath } from '../../app/basePath'
import type { TokenSource } from '../../graphql/client/tokenSource'
import { Button, buttonClass } from '../../ui/Button'
import { controlClass } from '../../ui/Field'
import { Menu } from '../../ui/overlays/Menu'
import styles from './Explorer.module.css'
import { EXAMPLES, type Example, TRASH_EXAMPLES, variablesOf } from './examples'
import { explorerStorage } from './explorerStorage'

const INITIAL_TABS = ['viewer', 'generationUpdated', 'generateImage']

function toTab(example: Example) {
  return { query: example.query, variables: variablesOf(example) }
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
  newestId,
}: {
  fetcher: Fetcher
  /** Fetch the ID of the newest generation in the history or the trash. Null if there is none. */
  newestId: (trashed: boolean) => Promise<string | null>
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
            <OpenInTab example={example} newestId={newestId} onOpened={() => setExample(null)} />
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
  open: (example: Example) => void
}) {
  const { t } = useTranslation()
  const state = useSyncExternalStore(tokens.onState, tokens.state)
  return (
    <header className={styles.bar}>
      <a className={buttonClass({ size: 'small' })} href={withBasePath('/')}>
        {t('explorer.back')}
      </a>
      <h1 className="visually-hidden">{t('explorer.title')}</h1>
      <Menu
        align="start"
        trigger={
          <Button size="small">
            {t('explorer.openExample')}
            <ChevronDown size={16} aria-hidden />
          </Button>
        }
        actions={EXAMPLES.map((example) => ({
          id: example.name,
          label: example.name,
          run: () => open(example),
        }))}
      />
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

/**
 * Open the example in its tab, or in a new one. Renders nothing, but must be inside GraphiQL to use
 * its store.
 */
function OpenInTab({
  example,
  newestId,
  onOpened,
}: {
  example: Example | null
  newestId: (trashed: boolean) => Promise<string | null>
  onOpened: () => void
}) {
  const { addTab, changeTab } = useGraphiQLActions()
  const tabs = useGraphiQL((state) => state.tabs)
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  useEffect(() => {
    // The editor may not have loaded yet. The effect runs again then.
    if (example === null || !queryEditor) return
    onOpened()
    const known = tabs.findIndex(({ query }) => query === example.query)
    if (known !== -1) return changeTab(known)
    addTab()
    queryEditor.setValue(example.query)
    variableEditor?.setValue(variablesOf(example))
    void newestId(TRASH_EXAMPLES.includes(example.name)).then((id) => {
      if (queryEditor.getValue() === example.query) {
        variableEditor?.setValue(variablesOf(example, id))
      }
    })
  }, [example, tabs, addTab, changeTab, queryEditor, variableEditor, newestId, onOpened])
  return null
}
