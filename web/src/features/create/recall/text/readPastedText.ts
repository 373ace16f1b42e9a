import type { Model } from '../../../../graphql/store/generation'
import type { RecalledSettings } from '../recalledSettings'
import { readMidjourney } from './midjourney'
import { readParameters } from './parameters'

export type PastedText =
  /** The description of one image. It replaces the values that it names. */
  | { kind: 'description'; recalled: RecalledSettings }
  /** A prompt with flags. Its text is inserted like any pasted text. */
  | { kind: 'flags'; recalled: RecalledSettings }

/** Read the settings in a pasted text. Returns null unless the text certainly contains settings. */
export function readPastedText(text: string, model: Model): PastedText | null {
  const description = readParameters(text)
  if (description) return { kind: 'description', recalled: description }
  const flags = readMidjourney(text, model)
  return flags && { kind: 'flags', recalled: flags }
}
