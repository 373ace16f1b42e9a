import type { TokenSource } from '../graphql/client/tokenSource'
import type { Configuration } from './configuration'
import { openStudio, type Studio } from './openStudio'

/** The studio of a user who was signed in before the page appeared. */
export interface EarlyStudio {
  /** Return the studio the first time, if the user is still signed in. The caller closes it. */
  take(): Studio | null
}

/**
 * Open the studio before the page is rendered, so that its first requests are answered meanwhile. It is
 * discarded if the sign-in ends before the page takes it.
 */
export function openEarly(
  configuration: Configuration,
  tokens: TokenSource,
  open: typeof openStudio = openStudio,
): EarlyStudio {
  let studio: Studio | null = open(configuration, tokens)
  const take = () => {
    stop()
    const taken = studio
    studio = null
    return taken
  }
  const stop = tokens.onState(() => take()?.close())
  return { take }
}
