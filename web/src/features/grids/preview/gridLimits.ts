/** What a grid asks for. */
export interface GridDemand {
  prompts: number
  images: number
  /** Length of the longest prompt in characters. */
  longestPrompt: number
}

/** What the studio accepts. Null means no limit, or not known yet. */
export interface GridSupply {
  /** Images that the user may still create today. */
  imagesLeft: number | null
  /** Requests that the user may have in the queue, and how many are there. */
  unfinishedLimit: number | null
  unfinished: number
  promptCharacters: number
  maxPrompts: number
}

export type GridRefusal =
  | { reason: 'tooMany'; limit: number }
  | { reason: 'tooLong'; limit: number }
  | { reason: 'unfinished'; limit: number; unfinished: number }
  | { reason: 'quota'; left: number }

/** List the reasons why the studio would not accept all requests of a grid. */
export function refusalsOf(demand: GridDemand, supply: GridSupply): GridRefusal[] {
  const { imagesLeft, unfinishedLimit, unfinished, promptCharacters, maxPrompts } = supply
  const refusals: GridRefusal[] = []
  if (demand.prompts > maxPrompts) refusals.push({ reason: 'tooMany', limit: maxPrompts })
  if (demand.longestPrompt > promptCharacters) {
    refusals.push({ reason: 'tooLong', limit: promptCharacters })
  }
  if (unfinishedLimit !== null && unfinished + demand.prompts > unfinishedLimit) {
    refusals.push({ reason: 'unfinished', limit: unfinishedLimit, unfinished })
  }
  if (imagesLeft !== null && demand.images > imagesLeft) {
    refusals.push({ reason: 'quota', left: imagesLeft })
  }
  return refusals
}
