/** Scripts that tell a language well enough to point out that a model does not read it. */
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

const base = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? ''

/** Whether a model of these languages reads a prompt in this one, in whichever script or region. */
export function reads(languages: readonly string[], language: string): boolean {
  return languages.some((tag) => base(tag) === base(language))
}

/** Whether the prompt holds words of a script that none of the model's languages is written in. */
export function isForeign(prompt: string, languages: readonly string[]): boolean {
  const bases = languages.map(base)
  const [language] = SCRIPTS.find(([, script]) => script.test(prompt)) ?? []
  if (language === undefined || bases.includes(language)) return false
  // Japanese is written with Chinese characters too.
  return !(language === 'zh' && bases.includes('ja'))
}

export function languageNames(tags: readonly string[], reader: string): string {
  const names = new Intl.DisplayNames([reader], { type: 'language' })
  const list = new Intl.ListFormat([reader], { type: 'conjunction' })
  return list.format(tags.map((tag) => names.of(tag) ?? tag))
}
