import type { ComponentType } from 'react'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'

/** A button of the toolbar that changes or compares an image. */
export type ImageTool = ComponentType<{ generation: Generation; image: GeneratedImage }>

/** The tools of other features, in the order of the toolbar. */
export const IMAGE_TOOLS: readonly ImageTool[] = []
