import { takeTokenFromAddress } from '../features/account/signInFragment'

// Remove the token from the address bar before any other code can fail or log it.
const token = takeTokenFromAddress()

import '../ui/base.css'
import { startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { followSignInLink } from '../features/account/followSignInLink'
import { localTokenSource } from '../features/account/localTokenSource'
import { startI18n } from '../i18n/i18n'
import { loadConfiguration } from '../studio/configuration'
import { App } from './App'
import { applyTheme } from './theme'

applyTheme()
const tokens = localTokenSource()
// Opening a sign-in link in a tab that shows the studio only changes the fragment.
window.addEventListener('hashchange', () => {
  const newToken = takeTokenFromAddress()
  // Reload, so that no data of the previous user remains.
  if (newToken !== null && followSignInLink(tokens, newToken)) window.location.reload()
})
const root = document.getElementById('root')
if (root === null) throw new Error('index.html must contain #root.')
// index.html shows the name of the studio meanwhile.
const configuration = loadConfiguration().catch(() => 'failed' as const)
void Promise.all([configuration, startI18n()]).then(([loaded]) => {
  if (token !== null) followSignInLink(tokens, token)
  // Transitions yield to the browser every few milliseconds, so the page responds while it appears.
  startTransition(() =>
    createRoot(root).render(<App localTokens={tokens} configuration={loaded} />),
  )
})
