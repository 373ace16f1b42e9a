const NAME = 'genai-studio'

/**
 * Return the title of the browser tab: the number of unfinished generations, or a check mark if all
 * have finished while the page was hidden.
 */
export function tabTitle(unfinishedCount: number, finishedUnseen: boolean): string {
  if (unfinishedCount > 0) return `(${unfinishedCount}) ${NAME}`
  return finishedUnseen ? `✓ ${NAME}` : NAME
}

/** Return the icon of the tab: the studio's icon with a dot while something is running or done. */
export function tabIcon(unfinishedCount: number, finishedUnseen: boolean): string | null {
  const color = unfinishedCount > 0 ? '#f5a524' : finishedUnseen ? '#17c964' : null
  if (color === null) return null
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#5b5bd6"/><path d="M8 22l6-8 4 5 3-4 4 7z" fill="#fff"/><circle cx="25" cy="7" r="7" fill="${color}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
