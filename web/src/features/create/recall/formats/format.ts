import type { RecalledSettings } from '../recalledSettings'

/** The texts in the metadata of a file, by PNG keyword or Exif tag. */
export type Texts = ReadonlyMap<string, string>

/** How one program stores the settings of an image. */
export interface Format {
  /** The name of the program, as shown to the user. */
  program: string
  /** Report whether the file contains settings of this program. */
  carries(texts: Texts): boolean
  /** Read the settings. Returns null if they have an unknown form. */
  read(texts: Texts): RecalledSettings | null
}
