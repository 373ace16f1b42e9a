/** Report quickly whether it is worth loading the readers for a pasted text. */
export function mayContainSettings(text: string): boolean {
  return /(?:^|\s)(?:--|[—–])[a-z]/i.test(text) || /^(?:Negative prompt:|Steps:)/m.test(text)
}
