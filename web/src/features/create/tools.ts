// What appears after the first image, in one script.

export { default as Filmstrip } from '../filmstrip/Filmstrip'
export { default as ImageToolbar } from '../toolbar/ImageToolbar'
export { default as DemonstrationStrip } from './form/promptBar/DemonstrationStrip'
export { default as LanguageNotice } from './form/promptBar/LanguageNotice'
export { default as PickerChips } from './form/promptBar/PickerChips'
