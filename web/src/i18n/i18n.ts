import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { browserStorage } from '../storage/browserStorage'
import { CATALOG } from './catalog'
import en from './en.json'

export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const
export type Language = keyof typeof LANGUAGES

const KEY = 'genai-studio.language'

function isLanguage(value: string | null): value is Language {
  return value !== null && value in LANGUAGES
}

function initialLanguage(): Language {
  const stored = browserStorage.getItem(KEY)
  if (isLanguage(stored)) return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** Load a language. English is the fallback and part of the page; others are loaded on demand. */
async function load(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return
  const { default: translation } = await import('./zh-CN.json')
  const { default: catalog } = await import('./catalog.zh-CN.json')
  i18next.addResourceBundle(language, 'translation', translation)
  i18next.addResourceBundle(language, CATALOG, catalog)
}

/** Initialize i18next with the stored or the browser's language. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes text.
  })
  await activate(initialLanguage())
}

async function activate(language: Language): Promise<void> {
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** Switch to a language and store the choice. */
export async function chooseLanguage(language: Language): Promise<void> {
  browserStorage.setItem(KEY, language)
  await activate(language)
}
