import { useTranslation } from 'react-i18next'

/** Beside the page's own texts: what the host's catalogue says of its models and their styles. */
export const CATALOGUE = 'catalogue'

/**
 * The catalogue speaks English. What the shipped models say is translated by its very words, so
 * that a text that has changed shows in English rather than in an old translation.
 */
export function useCatalogueText(): (english: string) => string {
  const { i18n } = useTranslation()
  const translations: Record<string, string> | undefined = i18n.getResourceBundle(
    i18n.language,
    CATALOGUE,
  )
  return (english) => translations?.[english] ?? english
}
