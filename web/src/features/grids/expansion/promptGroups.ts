/** A text, or a group with its alternatives. */
type Part = string | Sequence[]
type Sequence = Part[]

/** A prompt with groups of alternatives, such as `a {red|blue} apple`. */
export interface ParsedPrompt {
  parts: Sequence
  /** Number of combinations, counting equal ones. Infinity if it exceeds the range of numbers. */
  count: number
}

interface Brackets {
  /** Position of the closing bracket by that of the opening one, for groups only. */
  groupEnds: ReadonlyMap<number, number>
  /** Positions of the bars that separate alternatives. */
  separators: ReadonlySet<number>
}

/** A backslash before one of these makes it a plain character. */
const ESCAPABLE = '{|}'

function isEscape(text: string, at: number): boolean {
  const next = text[at + 1]
  return text[at] === '\\' && next !== undefined && ESCAPABLE.includes(next)
}

/** Find the groups. Brackets without a partner, or without a bar between them, are plain characters. */
function findGroups(text: string): Brackets {
  const open: { start: number; bars: number[] }[] = []
  const groupEnds = new Map<number, number>()
  const separators = new Set<number>()
  for (let at = 0; at < text.length; at += 1) {
    if (isEscape(text, at)) at += 1
    else if (text[at] === '{') open.push({ start: at, bars: [] })
    else if (text[at] === '|') open.at(-1)?.bars.push(at)
    else if (text[at] === '}') {
      const { start, bars } = open.pop() ?? { start: -1, bars: [] }
      if (bars.length > 0) groupEnds.set(start, at)
      for (const bar of bars) separators.add(bar)
    }
  }
  return { groupEnds, separators }
}

/**
 * Parse the groups of a prompt. `\{`, `\|` and `\}` are plain characters. Everything else, such as the
 * weight in `(word:1.2)`, stays as it is. The alternatives of a group may contain groups.
 */
export function parsePrompt(text: string): ParsedPrompt {
  const { groupEnds, separators } = findGroups(text)
  const read = (start: number, end: number): Sequence => {
    const parts: Sequence = []
    let plain = ''
    for (let at = start; at < end; at += 1) {
      const groupEnd = groupEnds.get(at)
      if (groupEnd !== undefined) {
        parts.push(plain, readAlternatives(at + 1, groupEnd))
        plain = ''
        at = groupEnd
      } else if (isEscape(text, at)) {
        at += 1
        plain += text[at]
      } else plain += text[at]
    }
    parts.push(plain)
    return parts
  }
  const readAlternatives = (start: number, end: number): Sequence[] => {
    const alternatives: Sequence[] = []
    let from = start
    for (let at = start; at <= end; at += 1) {
      const innerEnd = groupEnds.get(at)
      if (innerEnd !== undefined) at = innerEnd
      else if (at === end || separators.has(at)) {
        alternatives.push(read(from, at))
        from = at + 1
      }
    }
    return alternatives
  }
  const parts = read(0, text.length)
  return { parts, count: countOf(parts) }
}

function countOf(sequence: Sequence): number {
  return sequence.reduce(
    (product, part) =>
      typeof part === 'string'
        ? product
        : product * part.reduce((sum, alternative) => sum + countOf(alternative), 0),
    1,
  )
}

function isGroup(part: Part): part is Sequence[] {
  return typeof part !== 'string'
}

/** Remove the spaces that an empty alternative leaves. */
function tidy(text: string): string {
  return text.replace(/ {2,}/g, ' ').trim()
}

/** Return the distinct combinations of a sequence, the last group changing first. */
function combinationsOf(sequence: Sequence): string[] {
  let texts = ['']
  for (const part of sequence) {
    const endings = typeof part === 'string' ? [part] : alternativesOf(part)
    texts = texts.flatMap((text) => endings.map((ending) => text + ending))
  }
  return [...new Set(texts)]
}

function alternativesOf(group: Sequence[]): string[] {
  return [...new Set(group.flatMap(combinationsOf).map(tidy))]
}

/** Return the alternatives of each outermost group. Check `count` first: it bounds their number. */
export function groupsOf({ parts }: ParsedPrompt): string[][] {
  return parts.filter(isGroup).map(alternativesOf)
}

/** Return the prompt with the given alternative of each outermost group. */
export function choose({ parts }: ParsedPrompt, alternatives: readonly string[]): string {
  let group = 0
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part
    group += 1
    return alternatives[group - 1] ?? ''
  })
  return group === 0 ? texts.join('') : tidy(texts.join(''))
}
