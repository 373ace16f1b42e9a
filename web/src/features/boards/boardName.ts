/** Maximum length of a name in characters (Unicode code points), as counted by the server. */
export const MAX_NAME_CHARACTERS = 60

/** Return a name as the server stores it. */
export function cleanName(name: string): string {
  return name.normalize('NFKC').trim()
}

/** Return the key of the text that says why the server would refuse a name. Null if it would not. */
export function nameProblem(name: string): 'boards.nameMissing' | 'boards.nameTooLong' | null {
  const cleaned = cleanName(name)
  if (cleaned === '') return 'boards.nameMissing'
  return [...cleaned].length > MAX_NAME_CHARACTERS ? 'boards.nameTooLong' : null
}
