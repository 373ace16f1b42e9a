import { takeTokenFromAddress } from '../account/signInFragment'

// Remove the token from the address bar before any other code can fail or log it.
const token = takeTokenFromAddress()

import '../../ui/base.css'
import 'graphiql/setup-workers/vite'
import { createRoot } from 'react-dom/client'
import { applyTheme, selectedTheme } from '../../app/theme'
import { openTransport, tokenScheme } from '../../graphql/transport/openTransport'
import { startI18n } from '../../i18n/i18n'
import { loadConfiguration } from '../../studio/configuration'
import { followSignInLink } from '../account/followSignInLink'
import { localTokenSource } from '../account/localTokenSource'
import { bundledSchema } from './bundledSchema'
import { Explorer } from './Explorer'
import { studioFetcher } from './fetcher'
import { newestIdQuery } from './newestId'

applyTheme()
const localTokens = localTokenSource()
const root = document.getElementById('root')
if (root === null) throw new Error('graphiql.html must contain #root.')
const [configuration] = await Promise.all([loadConfiguration(), startI18n()])
if (token !== null) followSignInLink(localTokens, token)
const { cognito } = configuration
const tokens = cognito
  ? await import('../account/cognito/openCognito').then(({ openCognito }) => openCognito(cognito))
  : localTokens
const theme = selectedTheme()
const fetcher = studioFetcher({
  graphqlUrl: configuration.graphqlUrl,
  scheme: tokenScheme(configuration),
  tokens,
  transport: (source) => openTransport(configuration, source),
})
createRoot(root).render(
  <Explorer
    fetcher={fetcher}
    tokens={tokens}
    signIn={cognito ? null : localTokens.signIn}
    schema={configuration.protocol === 'appsync' ? bundledSchema() : undefined}
    newestId={newestIdQuery(configuration.graphqlUrl, tokens, tokenScheme(configuration))}
    theme={theme === 'system' ? undefined : theme}
  />,
)
