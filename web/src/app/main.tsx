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
import { openEarly } from '../studio/earlyStudio'
import { nextTask } from '../ui/nextTask'
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
// index.html shows the name of the studio meanwhile. Each step is a task of its own.
const configuration = loadConfiguration().catch(() => 'failed' as const)
const translations = nextTask().then(startI18n)
// The question whether to switch accounts is translated. Until it is answered, nothing is requested.
const hasQuestion = token !== null && tokens.otherAccount(token) !== null
if (token !== null && !hasQuestion) followSignInLink(tokens, token)
const early = configuration.then(async (loaded) => {
  if (loaded === 'failed' || loaded.cognito !== null || hasQuestion) return null
  await nextTask()
  if (tokens.state() !== 'signed-in') return null
  const opened = openEarly(loaded, tokens)
  await nextTask()
  return opened
})
void Promise.all([configuration, early, translations]).then(([loaded, opened]) => {
  if (token !== null && hasQuestion) followSignInLink(tokens, token)
  // Transitions yield to the browser every few milliseconds, so the page responds while it appears.
  startTransition(() =>
    createRoot(root).render(<App localTokens={tokens} configuration={loaded} early={opened} />),
  )
})
