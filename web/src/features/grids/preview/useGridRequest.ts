import { useMemo, useState } from 'react'
import { useQuery } from 'urql'
import { useLocation } from 'wouter'
import { ViewerDocument, type ViewerQuery } from '../../../graphql/generated/operations'
import type { Model } from '../../../graphql/store/generation'
import { useList, useStudio } from '../../../studio/StudioContext'
import { readPersonal, writePersonal } from '../../account/personalStorage'
import { randomSeed } from '../../generations/seed'
import { type Settings, toGenerateInput } from '../../generations/settings'
import { type GridPlan, linesOf, MAX_PROMPTS, planGrid } from '../expansion/planGrid'
import { type GridRefusal, refusalsOf } from './gridLimits'

export interface GridRequest {
  /** Whether the prompt stands for several prompts. */
  isGrid: boolean
  plan: GridPlan
  /** The first of the prompts, or the only one. */
  firstPrompt: string
  /** Number of lines of the prompt with text. */
  lineCount: number
  byLine: boolean
  setByLine(byLine: boolean): void
  sameSeed: boolean
  setSameSeed(sameSeed: boolean): void
  /** Why the studio would not accept all requests. */
  refusals: readonly GridRefusal[]
  /** Send the requests and show the grid, unless it is refused. `seed` is that of a visible draft. */
  send(seed: number | null): Promise<void>
}

/** A choice of the user that survives a reload. */
function usePersonalSwitch(name: string, initial: boolean): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => {
    const stored = readPersonal(name)
    return typeof stored === 'boolean' ? stored : initial
  })
  return [
    on,
    (next) => {
      writePersonal(name, next)
      setOn(next)
    },
  ]
}

/** Expand the prompt of the form to a grid, and compare it with the limits of the studio. */
export function useGridRequest(settings: Settings, model: Model): GridRequest {
  const { client, grids, unfinished } = useStudio()
  const [, navigate] = useLocation()
  const [byLine, setByLine] = usePersonalSwitch('grid-by-line', false)
  const [sameSeed, setSameSeed] = usePersonalSwitch('grid-same-seed', true)
  const [{ data }] = useQuery({ query: ViewerDocument })
  const { ids: unfinishedIds } = useList(unfinished)
  const { prompt, count } = settings
  const plan = useMemo(() => planGrid(prompt, byLine), [prompt, byLine])
  const isGrid = plan.count > 1

  const refusalsWith = (viewer: ViewerQuery['viewer'] | undefined) => {
    if (!isGrid) return []
    const demand = {
      prompts: plan.count,
      images: plan.count * count,
      longestPrompt: Math.max(0, ...plan.prompts.map((each) => [...each].length)),
    }
    return refusalsOf(demand, {
      imagesLeft: viewer?.quota.left ?? null,
      unfinishedLimit: viewer?.quota.unfinishedLimit ?? null,
      unfinished: unfinishedIds.length,
      promptCharacters: model.limits.promptCharacters,
      maxPrompts: MAX_PROMPTS,
    })
  }

  return {
    isGrid,
    plan,
    firstPrompt: plan.prompts[0] ?? prompt,
    lineCount: linesOf(prompt).length,
    byLine,
    setByLine,
    sameSeed,
    setSameSeed,
    refusals: refusalsWith(data?.viewer),
    send: async (draftSeed) => {
      // Other tabs use the quota too. Without a connection, the outbox waits for one.
      const current = await client
        .query(ViewerDocument, {}, { requestPolicy: 'network-only' })
        .toPromise()
      if (refusalsWith(current.data?.viewer ?? data?.viewer).length > 0) return
      const seed = settings.seed ?? (sameSeed ? (draftSeed ?? randomSeed()) : null)
      const { prompt: _, ...input } = toGenerateInput({ ...settings, seed })
      const id = grids.send({ ...plan, prompt: prompt.trim() }, input)
      navigate(`/grids/${id}`)
    },
  }
}
