/** Scripts that identify the language of a prompt. */
const SCRIPTS: [string, RegExp][] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['zh', /\p{Script=Han}/u],
  ['ru', /\p{Script=Cyrillic}/u],
  ['ar', /\p{Script=Arabic}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['th', /\p{Script=Thai}/u],
  ['hi', /\p{Script=Devanagari}/u],
  ['el', /\p{Script=Greek}/u],
]

const baseLanguage = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? ''

/** Report whether a language is supported. Ignores script and region subtags. */
export function supportsLanguage(languages: readonly string[], language: string): boolean {
  return languages.some((tag) => baseLanguage(tag) === baseLanguage(language))
}

/** Report whether the prompt uses a script of none of the supported languages. */
export function isUnsupportedLanguage(prompt: string, languages: readonly string[]): boolean {
  const bases = languages.map(baseLanguage)
  const [language] = SCRIPTS.find(([, script]) => script.test(prompt)) ?? []
  if (language === undefined || bases.includes(language)) return false
  // Japanese also uses Han characters.
  return !(language === 'zh' && bases.includes('ja'))
}

/** List the names of languages, in the language of the UI. */
export function languageNames(tags: readonly string[], uiLanguage: string): string {
  const names = new Intl.DisplayNames([uiLanguage], { type: 'language' })
  const list = new Intl.ListFormat([uiLanguage], { type: 'conjunction' })
  return list.format(tags.map((tag) => names.of(tag) ?? tag))
}
