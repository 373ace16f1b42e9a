/**
 * The flags of Midjourney, from its parameter list. Text that starts with `--` is a flag only if its
 * name is known and its value has the form of that flag.
 */

const NUMBER = String.raw`-?(?:\d+(?:\.\d+)?|\.\d+)`
const REFERENCE = String.raw`(?:https?:\/\/\S+|random|\d+)(?:::${NUMBER})?`

/** Patterns of the values by flag name. Names in one line are synonyms or have the same form. */
const VALUES: [names: string, value: string][] = [
  ['ar aspect', String.raw`\d+(?:\.\d+)?:\d+(?:\.\d+)?`],
  ['seed', String.raw`-?\d+`],
  ['v version', String.raw`\d+(?:\.\d+)?[a-z]?`],
  ['c chaos s stylize q quality w weird r repeat stop iw cw sw ow sv exp bs sameseed', NUMBER],
  ['niji', String.raw`\d+`],
  ['style', String.raw`raw|random|cute|expressive|original|scenic|4[abc]|[a-z\d]{11,}`],
  ['sref cref oref', `${REFERENCE}(?:[ \t]+${REFERENCE})*`],
  ['end', String.raw`https?:\/\/\S+|loop`],
  ['p personalize profile', String.raw`[a-z\d]{6,}`],
  ['motion', 'low|high'],
]

/** Flags that may appear without a value. */
const SWITCHES = new Set([
  ...['p', 'personalize', 'niji', 'fast', 'relax', 'turbo', 'draft', 'raw', 'hd', 'tile', 'video'],
  ...['loop', 'stealth', 'public', 'creative', 'test', 'testp', 'beta', 'upbeta', 'uplight'],
])

const PATTERNS = new Map(
  VALUES.flatMap(([names, value]) =>
    names
      .split(' ')
      .map((name) => [name, new RegExp(`[ \\t]+(${value})(?=[\\s,;.!?)]|$)`, 'iy')] as const),
  ),
)

/** Smart punctuation turns `--` into a dash. */
const FLAG = /(?<=^|\s)(--|[—–])([a-z]+)(?![\w-])/gi
const END_OF_LINE = /[ \t]*(?:\n|$)/y

export interface Flag {
  name: string
  value: string
  start: number
  end: number
}

interface Candidate {
  isDash: boolean
  name: string
  start: number
  /** Position after the name. */
  nameEnd: number
}

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** Return the flags of a text. Excludes everything that only looks like a flag. */
export function findFlags(text: string): Flag[] {
  const candidates: Candidate[] = [...text.matchAll(FLAG)]
    .map(([whole, mark, name = ''], index, all) => {
      const start = all[index]?.index ?? 0
      return {
        isDash: mark !== '--',
        name: name.toLowerCase(),
        start,
        nameEnd: start + whole.length,
      }
    })
    .filter(({ name }) => name === 'no' || PATTERNS.has(name) || SWITCHES.has(name))
  const flags: Flag[] = []
  const dashedExclusions = new Set<Flag>()
  for (const [index, { isDash, name, start, nameEnd }] of candidates.entries()) {
    const next = candidates[index + 1]?.start ?? text.length
    const flag = name === 'no' ? exclusion(text, start, nameEnd, next) : null
    if (flag) {
      flags.push(flag)
      if (isDash) dashedExclusions.add(flag)
      continue
    }
    const pattern = PATTERNS.get(name)
    if (pattern) pattern.lastIndex = nameEnd
    const found = pattern?.exec(text)
    if (found) {
      const end = nameEnd + found[0].length
      flags.push({ name, value: (found[1] ?? '').trim(), start, end })
    } else if (SWITCHES.has(name)) {
      const isFollowedByFlag = text.slice(nameEnd, next).trim() === ''
      if (isFollowedByFlag || isAt(END_OF_LINE, text, nameEnd))
        flags.push({ name, value: '', start, end: nameEnd })
    }
  }
  // A dash before "no" is common in prose, so it counts only next to another flag.
  return flags.length > dashedExclusions.size ? flags : []
}

/** Read `--no …`, whose list extends to the next flag or the end of the line. */
function exclusion(text: string, start: number, nameEnd: number, next: number): Flag | null {
  const [list = ''] = text.slice(nameEnd, next).split('\n')
  const value = list.replace(/^[\s,]+|[\s,]+$/g, '')
  return /^[ \t]/.test(list) && value !== ''
    ? { name: 'no', value, start, end: nameEnd + list.trimEnd().length }
    : null
}
