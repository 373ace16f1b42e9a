import { takeTokenFromAddress } from '../features/account/signInFragment'

// Before anything else: nothing may fail, load or be logged while the address bar holds a token.
const token = takeTokenFromAddress()

import '../ui/base.css'
import { createRoot } from 'react-dom/client'
import { localTokenSource } from '../features/account/localTokenSource'
import { startI18n } from '../i18n/i18n'
import { App } from './App'
import { applyTheme } from './theme'

applyTheme()
const tokens = localTokenSource()
if (token !== null) tokens.signIn(token)
// A link that is opened where the studio is open already changes the fragment alone.
window.addEventListener('hashchange', () => {
  const opened = takeTokenFromAddress()
  // Nothing that was read as somebody else may be shown any more.
  if (opened !== null && tokens.signIn(opened)) window.location.reload()
})
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
void startI18n().then(() => createRoot(root).render(<App localTokens={tokens} />))
