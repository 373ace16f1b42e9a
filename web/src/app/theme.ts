import { browserStorage } from '../storage/browserStorage'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'genai-studio.theme'

export function selectedTheme(): Theme {
  return THEMES.find((theme) => theme === browserStorage.getItem(KEY)) ?? 'system'
}

/** Apply and store a theme. Without a `data-theme` attribute, the style sheet follows the system. */
export function applyTheme(theme: Theme = selectedTheme()): void {
  browserStorage.setItem(KEY, theme)
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
}
