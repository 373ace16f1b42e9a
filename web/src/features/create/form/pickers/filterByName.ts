function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Return the entries whose name contains every word of a search. Ignores case and accents. */
export function filterByName<Entry extends { name: string }>(
  entries: readonly Entry[],
  search: string,
): Entry[] {
  const words = fold(search).split(/\s+/).filter(Boolean)
  return entries.filter(({ name }) => words.every((word) => fold(name).includes(word)))
}
