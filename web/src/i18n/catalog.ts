import { useTranslation } from 'react-i18next'

/** Beside the page's own texts: what the host's catalog says of its models and their styles. */
export const CATALOG = 'catalog'

/**
 * The catalog speaks English. What the shipped models say is translated by its very words, so
 * that a text that has changed shows in English rather than in an old translation.
 */
export function useCatalogText(): (english: string) => string {
  const { i18n } = useTranslation()
  const translations: Record<string, string> | undefined = i18n.getResourceBundle(
    i18n.language,
    CATALOG,
  )
  return (english) => translations?.[english] ?? english
}
