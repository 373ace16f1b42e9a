const MAX_NAME_LENGTH = 60

/** Build a file name from a prompt, with characters that all file systems accept. */
export function fileName(prompt: string, id: string, index: number): string {
  // Marks are vowels and tones in many scripts, and joiners affect how letters connect.
  const words = prompt
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}\u200c\u200d]+/gu, ' ')
    .replace(/(^|\s)[\p{M}\u200c\u200d]+/gu, '$1')
    .trim()
  let name = ''
  // Not a constant of the module, because its data takes longer to load than the module.
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of graphemes.segment(words)) {
    if (name.length + segment.length > MAX_NAME_LENGTH) break
    name += segment
  }
  name = name.trim()
  return `${name || 'image'} ${id.slice(-8)}-${index + 1}.png`
}
