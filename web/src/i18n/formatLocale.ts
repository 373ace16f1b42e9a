/**
 * Return the locale for dates and numbers: the browser's variant of the page's language, for example
 * `en-GB` for `en`.
 */
export function formatLocale(
  language: string,
  preferred: readonly string[] = navigator.languages,
): string {
  const base = (tag: string) => tag.toLowerCase().split('-')[0]
  return preferred.find((tag) => base(tag) === base(language)) ?? language
}
