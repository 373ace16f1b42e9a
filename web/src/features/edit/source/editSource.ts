import type { GeneratedImage, Generation } from '../../../graphql/store/generation'
import type { Size } from '../canvas/viewport'

/** The image that is edited: one of the studio, or a file of the user. */
export type EditSource = Size & {
  /** Identifies the source in the browser's storage. */
  key: string
  url: string
} & (
    | { kind: 'image'; generation: Generation; image: GeneratedImage }
    | { kind: 'file'; file: Blob }
  )
