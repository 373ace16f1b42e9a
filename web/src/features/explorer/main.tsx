import { takeTokenFromAddress } from '../account/signInFragment'

// As on the studio's own page: first of all the token leaves the address bar.
const token = takeTokenFromAddress()

import '../../ui/base.css'
import 'graphiql/setup-workers/vite'
import { createRoot } from 'react-dom/client'
import { loadConfiguration } from '../../app/configuration'
import { applyTheme, chosenTheme } from '../../app/theme'
import { graphqlWsTransport } from '../../graphql/graphqlWsTransport'
import { startI18n } from '../../i18n/i18n'
import { localTokenSource } from '../account/localTokenSource'
import { Explorer } from './Explorer'
import { studioFetcher } from './fetcher'

applyTheme()
const tokens = localTokenSource()
if (token !== null) tokens.signIn(token)
const root = document.getElementById('root')
if (root === null) throw new Error('graphiql.html has no #root')
const [configuration] = await Promise.all([loadConfiguration(), startI18n()])
const theme = chosenTheme()
const fetcher = studioFetcher({
  graphqlUrl: configuration.graphqlUrl,
  tokens,
  transport: (source) => graphqlWsTransport(configuration.subscriptionUrl, source),
})
createRoot(root).render(
  <Explorer fetcher={fetcher} tokens={tokens} theme={theme === 'system' ? undefined : theme} />,
)
