/** A run of words of two texts: in both, or in one only. */
export interface DiffRun {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** Longer texts are compared as a whole, because the table below grows with the product of lengths. */
const MAX_WORDS = 600

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Split a text into words, and the spaces and punctuation between them. */
function wordsOf(text: string): string[] {
  return [...SEGMENTS.segment(text)].map(({ segment }) => segment)
}

/** Compare two texts word by word: the longest common subsequence, and what was removed and added. */
export function wordDiff(before: string, after: string): DiffRun[] {
  const left = wordsOf(before)
  const right = wordsOf(after)
  if (left.length > MAX_WORDS || right.length > MAX_WORDS) {
    if (before === after) return joinRuns([{ kind: 'same', text: before }])
    return joinRuns([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ])
  }
  const lengths = commonLengths(left, right)
  const lengthAt = (row: number, column: number) => lengths[row * (right.length + 1) + column] ?? 0
  const runs: DiffRun[] = []
  let row = 0
  let column = 0
  while (row < left.length || column < right.length) {
    const [old = '', next = ''] = [left[row], right[column]]
    if (row < left.length && column < right.length && old === next) {
      runs.push({ kind: 'same', text: old })
      row += 1
      column += 1
    } else if (
      row < left.length &&
      (column === right.length || lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      runs.push({ kind: 'removed', text: old })
      row += 1
    } else {
      runs.push({ kind: 'added', text: next })
      column += 1
    }
  }
  return joinRuns(runs)
}

/** Lengths of the longest common subsequences of all suffixes, by rows of `right.length + 1`. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint16Array {
  const width = right.length + 1
  const lengths = new Uint16Array((left.length + 1) * width)
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const below = lengths[(row + 1) * width + column] ?? 0
      const beside = lengths[row * width + column + 1] ?? 0
      const diagonal = lengths[(row + 1) * width + column + 1] ?? 0
      lengths[row * width + column] =
        left[row] === right[column] ? diagonal + 1 : Math.max(below, beside)
    }
  }
  return lengths
}

/**
 * Join neighbors of one kind. Within a change, what was removed comes before what was added. A space
 * between two changes belongs to them, so that several changed words are one change.
 */
function joinRuns(runs: readonly DiffRun[]): DiffRun[] {
  const joined: DiffRun[] = []
  let removed = ''
  let added = ''
  let space = ''
  const endChange = () => {
    if (removed !== '') joined.push({ kind: 'removed', text: removed })
    if (added !== '') joined.push({ kind: 'added', text: added })
    removed = ''
    added = ''
  }
  const keep = (text: string) => {
    endChange()
    const last = joined.at(-1)
    if (last?.kind === 'same') last.text += text
    else if (text !== '') joined.push({ kind: 'same', text })
    space = ''
  }
  for (const { kind, text } of runs) {
    if (kind === 'same') {
      if (text.trim() === '' && removed + added !== '') space += text
      else keep(space + text)
      continue
    }
    removed += space
    added += space
    space = ''
    if (kind === 'removed') removed += text
    else added += text
  }
  keep(space)
  return joined
}
