import { useTranslation } from 'react-i18next'

/** i18next namespace of the texts in the server's model catalog. */
export const CATALOG = 'catalog'

/**
 * Return a function that translates model catalog texts. The English text is the key, so a changed
 * text appears in English instead of with an outdated translation.
 */
export function useCatalogText(): (english: string) => string {
  const { i18n } = useTranslation()
  const translations: Record<string, string> | undefined = i18n.getResourceBundle(
    i18n.language,
    CATALOG,
  )
  return (english) => translations?.[english] ?? english
}
