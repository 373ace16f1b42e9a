import { choose, groupsOf, parsePrompt } from './promptGroups'

/** The largest limit of unfinished generations that a studio can have. Longer lists are not built. */
export const MAX_PROMPTS = 1_000

/** The prompts of a grid, by rows. The prompt of a cell is at `row * columns.length + column`. */
export interface GridPlan {
  /** Number of prompts. */
  count: number
  /** Empty if there are more than `MAX_PROMPTS`. */
  prompts: readonly string[]
  /** Headings of the rows and columns; empty texts if the prompts differ in one direction only. */
  rows: readonly string[]
  columns: readonly string[]
}

const SINGLE = ['']

/** Return the lines of a prompt that contain text. */
export function linesOf(prompt: string): string[] {
  return prompt
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/**
 * List the prompts that a text stands for: the combinations of its groups, or those of each line. One
 * group makes columns. Of several groups, the last makes columns and the others rows.
 */
export function planGrid(text: string, byLine: boolean): GridPlan {
  const lines = byLine ? linesOf(text) : []
  if (lines.length > 1) return planLines(lines)
  const parsed = parsePrompt(text.trim())
  if (parsed.count > MAX_PROMPTS) return tooMany(parsed.count)
  const groups = groupsOf(parsed)
  const rowChoices = combine(groups.slice(0, -1))
  const columns = groups.at(-1) ?? SINGLE
  const prompts = rowChoices.flatMap((chosen) =>
    columns.map((column) => choose(parsed, [...chosen, column])),
  )
  return {
    count: prompts.length,
    prompts,
    rows: rowChoices.map((chosen) => chosen.join(' · ')),
    columns,
  }
}

function planLines(lines: readonly string[]): GridPlan {
  const parsed = lines.map(parsePrompt)
  const count = parsed.reduce((sum, line) => sum + line.count, 0)
  if (count > MAX_PROMPTS) return tooMany(count)
  const prompts = [
    ...new Set(
      parsed.flatMap((line) => combine(groupsOf(line)).map((chosen) => choose(line, chosen))),
    ),
  ]
  return { count: prompts.length, prompts, rows: prompts, columns: SINGLE }
}

function tooMany(count: number): GridPlan {
  return { count, prompts: [], rows: [], columns: [] }
}

/** Return one alternative of each group, in all combinations. */
function combine(groups: readonly (readonly string[])[]): string[][] {
  let combinations: string[][] = [[]]
  for (const group of groups) {
    combinations = combinations.flatMap((chosen) => group.map((each) => [...chosen, each]))
  }
  return combinations
}
