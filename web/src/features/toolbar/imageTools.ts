import type { ComponentType } from 'react'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { CompareAction } from '../compare/CompareAction'
import { EditAction } from '../edit/actions/EditAction'
import { UpscaleMenu } from '../edit/actions/UpscaleMenu'
import { VaryMenu } from '../edit/actions/VaryMenu'
import { ShareAction } from '../files/ShareAction'

/** A button of the toolbar that uses an image. */
export type ImageTool = ComponentType<{ generation: Generation; image: GeneratedImage }>

/** The tools of other features, in the order of the toolbar. */
export const IMAGE_TOOLS: readonly { id: string; Tool: ImageTool }[] = [
  { id: 'vary', Tool: VaryMenu },
  { id: 'upscale', Tool: UpscaleMenu },
  { id: 'edit', Tool: EditAction },
  { id: 'compare', Tool: CompareAction },
  { id: 'share', Tool: ShareAction },
]
