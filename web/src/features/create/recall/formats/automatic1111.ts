import { readParameters } from '../text/parameters'
import type { Format, Texts } from './format'

const isJson = (text: string) => /^\s*[[{]/.test(text)

/**
 * The `parameters` text of AUTOMATIC1111's web UI, Forge, SD.Next and Civitai: in the PNG chunk
 * `parameters`, or in the Exif UserComment. Without settings, the text is a prompt.
 */
export const automatic1111Format: Format = {
  program: 'AUTOMATIC1111',
  carries: (texts) => {
    const text = texts.get('parameters')
    return (text !== undefined && !isJson(text) && text.trim() !== '') || comment(texts) !== null
  },
  read: (texts) => {
    const text = texts.get('parameters')
    if (text === undefined || isJson(text)) return comment(texts)
    return readParameters(text) ?? { settings: { prompt: text.trim() }, ignored: [] }
  },
}

/** Cameras also write comments, so the text must be settings. */
function comment(texts: Texts) {
  const text = texts.get('UserComment')
  return text === undefined ? null : readParameters(text)
}
