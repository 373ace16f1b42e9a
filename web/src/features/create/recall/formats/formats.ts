import { automatic1111Format } from './automatic1111'
import { comfyUiFormat } from './comfyui'
import { fooocusFormat } from './fooocus'
import type { Format } from './format'
import { invokeAiFormat } from './invokeai'
import { invokeAi2Format } from './invokeai2'
import { novelAiFormat } from './novelai'
import { OTHER_PROGRAMS } from './otherPrograms'
import { studioFormat } from './studio'
import { swarmUiFormat } from './swarmui'

/** All formats, most complete first: some programs write several. */
export const FORMATS: readonly Format[] = [
  studioFormat,
  swarmUiFormat,
  fooocusFormat,
  automatic1111Format,
  invokeAiFormat,
  invokeAi2Format,
  novelAiFormat,
  comfyUiFormat,
  ...OTHER_PROGRAMS,
]
