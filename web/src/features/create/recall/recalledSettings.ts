import type { Settings } from '../../generations/settings'

/** Settings read from a file or a pasted text. */
export interface RecalledSettings {
  /** The named values. A seed of null is random. Other values of the form stay as they are. */
  settings: Partial<Settings>
  /** The seed as it was written, if it exceeds the largest one that the API accepts. */
  largeSeed?: string
  /** Names of the values that have no equivalent in `Settings` or cannot be used. */
  ignored: string[]
}
