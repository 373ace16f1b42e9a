import { Suspense, useState } from 'react'
import { lazyPart } from '../../ui/lazyPart'
import { useKeys } from './useKeys'

const KeysDialog = lazyPart(() => import('./KeysDialog'))

/** The text field that `/` focuses: the prompt, or the search of the library. */
const MAIN_FIELD = '[data-main-field], main input[type="search"]'

function focusMainField(): boolean {
  const field = document.querySelector<HTMLElement>(MAIN_FIELD)
  field?.focus()
  return field !== null
}

/** The keys that work on all pages: `/` focuses the prompt or the search, `?` lists all keys. */
export function PageKeys() {
  const [listed, setListed] = useState(false)
  useKeys({ '/': focusMainField, '?': () => setListed(true) })
  return listed ? (
    <Suspense>
      <KeysDialog close={() => setListed(false)} />
    </Suspense>
  ) : null
}
