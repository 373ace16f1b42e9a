import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { CATALOG } from './catalog'
import en from './en.json'

export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const
export type Language = keyof typeof LANGUAGES

const KEY = 'genai-studio.language'

function isLanguage(value: string | null): value is Language {
  return value !== null && value in LANGUAGES
}

function preferred(): Language {
  const chosen = localStorage.getItem(KEY)
  if (isLanguage(chosen)) return chosen
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** English travels with the page, as the fallback; other languages are fetched when chosen. */
async function load(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return
  const { default: translation } = await import('./zh-CN.json')
  const { default: catalog } = await import('./catalog.zh-CN.json')
  i18next.addResourceBundle(language, 'translation', translation)
  i18next.addResourceBundle(language, CATALOG, catalog)
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes.
  })
  await show(preferred())
}

async function show(language: Language): Promise<void> {
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language)
  await show(language)
}
